package io.jgpt.agent.log;

import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Writes runs as other versions might: authentic, and not what this one writes. */
public final class OddRuns {

  /** The name of the run that is written. */
  public static final String ID = "20260101-000000-abcdef";

  /** A header that is whole. */
  public static final String HEADER =
      "{\"run\":{\"format\":1,\"planner\":\"local\",\"model\":\"mini\",\"model_hash\":\"0f\","
          + "\"temperature\":0.5,\"seed\":42,\"workspace\":\"/ws\",\"recipe\":\"\",\"budget\":"
          + "{\"steps\":20,\"tokens\":200000,\"bytes\":16777216,\"seconds\":600}}}";

  /** Two events that can begin a run. */
  public static final List<String> EVENTS =
      List.of(
          "{\"time\":1,\"event\":{\"event\":\"input\",\"goal\":\"x\"}}",
          "{\"time\":2,\"event\":{\"event\":\"instruction\",\"kind\":\"task\",\"content\":\"x\"}}");

  private OddRuns() {}

  /** Where it is written. */
  public static Path file(Path state) {
    return state.resolve("runs/" + ID + ".jsonl");
  }

  /** Writes a run of these lines. */
  public static void write(Path state, Keys keys, List<String> lines) throws Exception {
    try (ChainedFile chain = ChainedFile.create(file(state), keys)) {
      for (String line : lines) {
        chain.append(JsonText.read(line).asObject());
      }
    }
  }

  /** The header with another value of a field. */
  public static String header(String field, UnaryOperator<JsonValue> change) throws Exception {
    JsonValue.Builder changed = JsonValue.Members.builder();
    JsonValue.Members header = JsonText.read(HEADER).asObject().object("run");
    header
        .members()
        .forEach(
            (name, value) -> changed.put(name, name.equals(field) ? change.apply(value) : value));
    return JsonText.write(JsonValue.Members.builder().put("run", changed.build()).build());
  }
}
