package io.jgpt.agent.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Approval;
import io.jgpt.agent.Event.Approval.Ruling;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Instruction;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Stop;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.plan.ScriptedPlanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code --json-events} writes is a promise: docs/agent.md has the same lines. */
final class EventJsonTest {

  private static final Map<Event, String> LINES = new LinkedHashMap<>();

  static {
    LINES.put(
        new Input("Please write 17*23 to a.txt"),
        "{\"event\":\"input\",\"goal\":\"Please write 17*23 to a.txt\"}");
    LINES.put(
        new Instruction(Instruction.Kind.TASK, "write 17*23 to a.txt"),
        "{\"event\":\"instruction\",\"kind\":\"task\",\"content\":\"write 17*23 to a.txt\"}");
    LINES.put(
        new Thought("calculate first"), "{\"event\":\"thought\",\"thoughts\":\"calculate first\"}");
    LINES.put(
        new Action("a1", Call.of("calculate", "expression", "17*23"), 112),
        "{\"event\":\"action\",\"id\":\"a1\",\"command\":{\"name\":\"calculate\","
            + "\"args\":{\"expression\":\"17*23\"}},\"tokens\":112}");
    LINES.put(
        new Approval("a1", Ruling.POLICY_ALLOWED, ""),
        "{\"event\":\"approval\",\"id\":\"a1\",\"ruling\":\"policy_allowed\",\"reason\":\"\"}");
    LINES.put(
        new Observation("a1", "391", false, false),
        "{\"event\":\"observation\",\"id\":\"a1\",\"text\":\"391\",\"failed\":false,"
            + "\"changed_state\":false}");
    LINES.put(
        new Answer("It is 391.", 130),
        "{\"event\":\"answer\",\"text\":\"It is 391.\",\"tokens\":130}");
    LINES.put(
        new Stop(Stop.Reason.ANSWERED, ""),
        "{\"event\":\"stop\",\"reason\":\"answered\",\"detail\":\"\"}");
    LINES.put(
        new Feedback(Feedback.Rating.GOOD, "quick"),
        "{\"event\":\"feedback\",\"rating\":\"good\",\"comment\":\"quick\"}");
  }

  @Test
  void everyKindOfEventHasItsLineAndIsReadFromIt() throws JsonException {
    for (Map.Entry<Event, String> line : LINES.entrySet()) {
      assertEquals(line.getValue(), JsonText.write(EventJson.of(line.getKey())));
      assertEquals(line.getKey(), EventJson.read(JsonText.read(line.getValue()).asObject()));
    }
    assertEquals(
        List.of(Event.class.getPermittedSubclasses()).stream()
            .map(Class::getSimpleName)
            .sorted()
            .toList(),
        LINES.keySet().stream().map(e -> e.getClass().getSimpleName()).sorted().toList());
  }

  /** Where there is nothing to say about an answer, there is no such member. */
  @Test
  void aNoticeIsAMemberOfTheAnswer() throws JsonException {
    var answer = new Answer("short", 7, "no advice");
    String line = "{\"event\":\"answer\",\"text\":\"short\",\"tokens\":7,\"notice\":\"no advice\"}";
    assertEquals(line, JsonText.write(EventJson.of(answer)));
    assertEquals(answer, EventJson.read(JsonText.read(line).asObject()));
    assertEquals(
        """
        [
        {"command":{"name":"finish","args":{"answer":"short"}},"notice":"no advice"}
        ]
        """,
        Transcript.of(List.of(answer)));
  }

  @Test
  void theDocumentationHasTheSameLines() throws IOException {
    String page = Files.readString(Path.of("../docs/agent.md"));
    for (String line : LINES.values()) {
      assertEquals(1, page.lines().filter(line::equals).count(), line);
    }
    Stream<Enum<?>> words =
        Stream.of(
                Instruction.Kind.values(),
                Ruling.values(),
                Feedback.Rating.values(),
                Stop.Reason.values())
            .flatMap(Stream::of);
    words
        .map(word -> "`" + word.name().toLowerCase(Locale.ROOT) + "`")
        .forEach(word -> assertEquals(true, page.contains(word), word));
  }

  @Test
  void whatIsNoEventIsRefused() {
    for (String json :
        new String[] {
          "{}",
          "{\"event\":\"sleep\"}",
          "{\"event\":\"stop\",\"reason\":\"tired\",\"detail\":\"\"}",
          "{\"event\":\"observation\",\"id\":\"a1\"}",
        }) {
      assertThrows(JsonException.class, () -> EventJson.read(JsonText.read(json).asObject()), json);
    }
  }

  @Test
  void aTranscriptIsInAutoGptsFormatAndAScript() throws Exception {
    String transcript = Transcript.of(List.copyOf(LINES.keySet()));
    assertEquals(
        """
        [
        {"thoughts":"calculate first","command":{"name":"calculate","args":{"expression":"17*23"}},"result":"391"},
        {"command":{"name":"finish","args":{"answer":"It is 391."}}}
        ]
        """,
        transcript);
    try (ScriptedPlanner planner = ScriptedPlanner.read(transcript)) {
      assertEquals("calculate first", planner.next(AgentState.EMPTY, piece -> {}).thought());
    }
    assertEquals("[\n\n]\n", Transcript.of(List.of()));
  }
}
