package io.jgpt.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Event.Stop.Reason;
import io.jgpt.agent.Fixture;
import io.jgpt.agent.json.JsonException;
import org.junit.jupiter.api.Test;

final class ScriptedPlannerTest {

  private static final String SCRIPT =
      """
      [{"thoughts": "first", "command": {"name": "calculate", "args": {"expression": "17*23"}}},
       {"command": {"name": "write", "args": {"path": "a.txt", "text": "{a1} of {a7}"}}},
       {"command": {"name": "finish", "args": {"answer": "{a1}: {a2}"}}}]
      """;

  @Test
  void itFollowsTheScriptAndFillsInWhatWasObserved() throws Exception {
    var fixture = new Fixture();
    AgentState end = fixture.run("17*23 to a.txt", ScriptedPlanner.read(SCRIPT));
    assertEquals("391 of {a7}", fixture.files.get("a.txt"));
    assertEquals("391: ok", end.answer().orElseThrow().text());
    assertEquals("first", end.thought());
  }

  @Test
  void itGoesOnWhereTheEventsEnd() throws Exception {
    var fixture = new Fixture();
    AgentState end = fixture.run("17*23 to a.txt", ScriptedPlanner.read(SCRIPT));
    AgentState begun = AgentState.of(end.events().subList(0, 6));
    AgentState again = fixture.agent(begun, ScriptedPlanner.read(SCRIPT)).proceed();
    assertEquals(end.events(), again.events());
  }

  @Test
  void aScriptThatEndsEarlyGivesUp() throws Exception {
    AgentState end = new Fixture().run("x", ScriptedPlanner.read("[]"));
    assertEquals(Reason.NO_PLAN, end.stop().orElseThrow().reason());
  }

  @Test
  void whatIsNoScriptIsRefused() {
    for (String text :
        new String[] {"", "{}", "[1]", "[{}]", "[{\"command\":{\"name\":1}}]", "[] []", "[{}"}) {
      assertThrows(JsonException.class, () -> ScriptedPlanner.read(text), text);
    }
  }
}
