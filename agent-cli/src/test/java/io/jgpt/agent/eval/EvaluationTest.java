package io.jgpt.agent.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Event.Stop.Reason;
import io.jgpt.agent.Fixture;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Proposal;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EvaluationTest {

  /** My landlord wants 12*745 for the year. */
  private static final EvaluationTask TASK =
      EvaluationSet.FREE.tasks().stream()
          .filter(task -> task.id().equals("en-01"))
          .findFirst()
          .orElseThrow();

  private static Evaluation.Result result(Planner planner) {
    return new Evaluation(new Cancellation()).result(TASK, planner);
  }

  @Test
  void theRealToolsWorkAndEverythingIsAllowed() {
    Evaluation.Result done =
        result(
            Fixture.inOrder(
                Fixture.act(Call.of("calculate", "expression", "12*745")),
                Fixture.finish("8940 it is")));
    assertTrue(done.isDone(), done.unmet()::toString);
    assertEquals(List.of("8940"), Fixture.observations(done.end()));
    Evaluation.Result more =
        result(
            Fixture.inOrder(
                Fixture.act(Call.of("write", "path", "unnamed.txt", "text", "8940")),
                Fixture.finish("8940")));
    assertEquals(List.of("ok"), Fixture.observations(more.end()));
    assertEquals(List.of("there is a file unnamed.txt"), more.unmet());
  }

  @Test
  void eachTaskBeginsAnew() {
    Planner writes =
        Fixture.planner(
            (state, live) ->
                state.actions() == 0
                    ? Fixture.act(Call.of("append", "path", "a.txt", "text", "x"))
                    : Fixture.finish(Fixture.observations(state).toString()));
    assertEquals(result(writes).unmet(), result(writes).unmet());
  }

  @Test
  void whatIsNoAnswerOrFailsIsNotDone() {
    assertFalse(result(Fixture.inOrder(new Proposal.GiveUp("", "nothing", 0))).isDone());
    Evaluation.Result failed =
        result(
            Fixture.planner(
                (state, live) -> {
                  throw new PlannerException(PlannerException.Fault.GOAL_LENGTH, "tiny", "40 > 20");
                }));
    assertEquals(List.of("GOAL_LENGTH tiny: 40 > 20"), failed.unmet());
  }

  @Test
  void whoNeverEndsIsEnded() {
    int[] calls = {0};
    AgentState end =
        result(
                Fixture.planner(
                    (state, live) ->
                        Fixture.act(Call.of("calculate", "expression", "1+" + ++calls[0]))))
            .end();
    assertEquals(Reason.STEPS, end.stop().orElseThrow().reason());
    assertEquals(12, end.actions());
  }
}
