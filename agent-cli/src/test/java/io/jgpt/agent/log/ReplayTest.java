package io.jgpt.agent.log;

import static io.jgpt.agent.Fixture.act;
import static io.jgpt.agent.Fixture.finish;
import static io.jgpt.agent.Fixture.inOrder;
import static io.jgpt.agent.Fixture.planner;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Approver;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Stop;
import io.jgpt.agent.Fixture;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReplayTest {

  private static final Call PRODUCT = Call.of("calculate", "expression", "17*23");
  private static final Call WRITE = Call.of("write", "path", "a.txt", "text", "391");

  private final Fixture fixture = new Fixture();

  private static Replay.Outcome replay(List<Event> events, Budget budget, Planner... planner)
      throws Exception {
    return Replay.of(
        events,
        budget,
        planner.length == 0 ? Optional.empty() : Optional.of(planner[0]),
        Watcher.BLIND);
  }

  private void comesToTheSame(List<Event> events) throws Exception {
    assertEquals(
        new Replay.Outcome(events.size(), Optional.empty()), replay(events, fixture.budget));
  }

  @Test
  void everyKindOfEndIsReplayed() throws Exception {
    comesToTheSame(
        fixture
            .run(
                "17*23 to a.txt",
                inOrder(
                    new Proposal.Act("think", List.of(PRODUCT, WRITE), 5),
                    act(PRODUCT),
                    act(PRODUCT), // masked
                    act(Call.of("none")), // no such tool
                    finish("391")))
            .events());
    comesToTheSame(fixture.run("x", inOrder(new Proposal.GiveUp("hm", "no", 1))).events());
    comesToTheSame(fixture.run("what dose of insulin?", inOrder()).events());
    comesToTheSame(
        fixture.run("x", planner((s, live) -> act(Call.of("none" + s.actions())))).events());
    fixture.approver = request -> new Approver.Answer.Deny("no");
    comesToTheSame(fixture.run("a.txt", inOrder(act(WRITE), finish("sorry"))).events());
    fixture.budget = Budget.USUAL.steps(1);
    comesToTheSame(fixture.run("17*23", inOrder(act(PRODUCT), act(WRITE))).events());
    fixture.budget = Budget.USUAL;
    Planner slow =
        planner(
            (s, live) -> {
              fixture.later(Duration.ofHours(1));
              return act(PRODUCT);
            });
    comesToTheSame(fixture.run("17*23", slow).events());
  }

  @Test
  void anInterruptionIsReplayedWhereverItCame() throws Exception {
    fixture.more.add(fixture.stop());
    AgentState end = fixture.run("x", inOrder(act(PRODUCT, Call.of("stop"), WRITE)));
    assertEquals(Observation.NOT_DONE, ((Observation) end.events().get(9)).text());
    comesToTheSame(end.events());

    var asked = new Fixture();
    asked.approver =
        request -> {
          asked.cancellation.request();
          Thread.sleep(10_000);
          return new Approver.Answer.Once();
        };
    comesToTheSame(asked.run("a.txt", inOrder(act(WRITE))).events());

    var planning = new Fixture();
    Planner stopped =
        planner(
            (s, live) -> {
              planning.cancellation.request();
              throw new InterruptedException();
            });
    comesToTheSame(planning.run("x", stopped).events());
  }

  @Test
  void aRunOfSeveralSittingsIsReplayed() throws Exception {
    fixture.budget = Budget.USUAL.steps(1);
    AgentState first = fixture.run("17*23", inOrder(act(PRODUCT), act(WRITE)));
    Event feedback = new Feedback(Feedback.Rating.BAD, "too short");
    fixture.stored.add(feedback);
    fixture.agent(first.apply(feedback), inOrder(act(Call.of("list")), act(WRITE))).proceed();
    comesToTheSame(fixture.stored);
    // Broken off in the middle of everything, and gone on with.
    for (int kept = 1; kept <= fixture.stored.size(); kept++) {
      comesToTheSame(List.copyOf(fixture.stored.subList(0, kept)));
    }
  }

  @Test
  void anActionOfUnknownOutcomeIsReplayed() throws Exception {
    AgentState end = fixture.run("write a.txt", inOrder(act(WRITE), finish("")));
    AgentState broken = AgentState.of(end.events().subList(0, 4));
    AgentState resumed = new Fixture().agent(broken, inOrder(finish("?"))).proceed();
    comesToTheSame(resumed.events());
  }

  @Test
  void aPlannerThatPlansAnotherWayIsNoticed() throws Exception {
    List<Event> events = fixture.run("17*23", inOrder(act(PRODUCT), finish("391"))).events();
    assertEquals(
        Optional.empty(),
        replay(events, fixture.budget, inOrder(act(PRODUCT), finish("391"))).difference());
    Replay.Outcome other = replay(events, fixture.budget, inOrder(act(PRODUCT), finish("392")));
    assertEquals(5, other.events());
    assertEquals(events.get(5), other.difference().orElseThrow().recorded().orElseThrow());
  }

  @Test
  void eventsThatTheLoopWouldNotMakeAreNoticed() throws Exception {
    List<Event> events =
        fixture.run("17*23 to a.txt", inOrder(act(PRODUCT, WRITE), finish("391"))).events();
    for (int i = 1; i < events.size(); i++) {
      List<Event> changed = new ArrayList<>(events);
      changed.remove(i);
      Replay.Outcome outcome;
      try {
        outcome = replay(changed, fixture.budget);
      } catch (IllegalArgumentException e) {
        continue; // not even a sequence
      }
      boolean same = outcome.difference().isEmpty() && outcome.events() == changed.size();
      // Without its second action, without its stop: these are runs too.
      boolean alsoARun =
          events.get(i) instanceof Stop
              || events.get(i) instanceof Action
              || events.get(i) instanceof Event.Answer
              || events.get(i) instanceof Event.Approval;
      assertEquals(false, same && !alsoARun, "without " + events.get(i));
    }
    List<Event> exceeded = new ArrayList<>(events);
    assertEquals(true, replay(exceeded, Budget.USUAL.steps(1)).difference().isPresent());
  }

  @Test
  void aPlannerThatFailsIsNoDifference() throws Exception {
    List<Event> events = fixture.run("17*23", inOrder(finish(""))).events();
    Planner failing =
        planner(
            (s, live) -> {
              throw new PlannerException(PlannerException.Fault.TIMEOUT, "there", "");
            });
    assertThrows(PlannerException.class, () -> replay(events, fixture.budget, failing));
  }
}
