package io.jgpt.agent.eval;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.tool.Limits;
import io.jgpt.agent.tool.MemoryWorkspace;
import io.jgpt.agent.tool.Notes;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A goal, what is there before, and what must hold afterwards.
 *
 * @param id unique in its set
 * @param language {@code en} or {@code zh}
 * @param kind what the goal is composed of; empty in the sets written by hand
 * @param goal as the user types it
 * @param files names to contents
 * @param notes what is noted already
 * @param today of the clock
 * @param reply what the user answers when asked
 * @param expectation what must hold afterwards
 */
public record EvaluationTask(
    String id,
    String language,
    String kind,
    String goal,
    Map<String, String> files,
    List<String> notes,
    LocalDate today,
    Optional<String> reply,
    Expectation expectation) {

  private static final LocalTime TIME = LocalTime.of(11, 42);

  /** Copies what can be changed. */
  public EvaluationTask {
    files = Map.copyOf(files);
    notes = List.copyOf(notes);
  }

  static EvaluationTask of(JsonValue.Members json) throws JsonException {
    Map<String, String> files = json.object("files").texts();
    return new EvaluationTask(
        json.text("id"),
        json.text("language"),
        json.optionalText("kind").orElse(""),
        json.text("goal"),
        files,
        texts(json.elements("notes")),
        LocalDate.parse(json.text("today")),
        json.optionalText("reply").filter(reply -> !reply.isEmpty()),
        Expectation.of(json.object("expect"), files));
  }

  static List<String> texts(List<JsonValue> elements) throws JsonException {
    List<String> texts = new ArrayList<>();
    for (JsonValue element : elements) {
      texts.add(element.asText());
    }
    return texts;
  }

  /**
   * What the tools act on, in memory and new each time.
   *
   * @param limits as the planner's context allows
   */
  public Scene scene(Limits limits) {
    MemoryWorkspace workspace = new MemoryWorkspace();
    Notes scribbled = Notes.inMemory();
    notes.forEach(scribbled::add);
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        workspace.write(file.getKey(), file.getValue(), limits.writtenBytes());
      }
    } catch (ToolException e) {
      throw new IllegalStateException(id, e);
    }
    List<String> questions = new ArrayList<>();
    ToolContext context =
        new ToolContext(
            workspace,
            Clock.fixed(today.atTime(TIME).toInstant(ZoneOffset.UTC), ZoneOffset.UTC),
            Locale.forLanguageTag(language),
            limits,
            question -> {
              questions.add(question);
              return reply;
            },
            scribbled);
    return new Scene(context, workspace, questions);
  }

  /**
   * One run of a task.
   *
   * @param context for the tools
   * @param workspace the files in it
   * @param questions grows with each question to the user
   */
  public record Scene(ToolContext context, MemoryWorkspace workspace, List<String> questions) {

    /** What there is now, with the answer that ended the run. */
    public Outcome outcome(String answer) {
      return new Outcome(workspace.all(), context.notes().all(), answer, !questions.isEmpty());
    }
  }
}
