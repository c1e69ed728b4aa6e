package io.jgpt.agent.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.agent.Agent;
import io.jgpt.agent.AgentState;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Call;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Stop.Reason;
import io.jgpt.agent.Fixture;
import io.jgpt.agent.Grants;
import io.jgpt.agent.Instructions;
import io.jgpt.agent.LiveWorld;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Policy;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.TokenSink;
import io.jgpt.agent.Watcher;
import io.jgpt.agent.log.Replay;
import io.jgpt.agent.tool.MemoryWorkspace;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.testing.ActingModel;
import io.jgpt.testing.ToolContexts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With a model of random weights: whatever it wants is an action, and nothing else depends on it.
 */
final class LocalPlannerTest {

  private static final String GOAL = "Write 17*23 to 笔记.txt, then read data.txt";
  private static final Budget FEW = Budget.USUAL.steps(4);
  private static final Toolbox TOOLS = Toolbox.standard();

  @TempDir static Path directory;
  private static LanguageModel model;

  @BeforeAll
  static void open() {
    model = LanguageModel.open(ActingModel.write(directory, 1), Options.device("cpu").threads(1));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static LocalPlanner planner(double temperature, long seed) {
    return new LocalPlanner(model, TOOLS, new LocalPlanner.Manner(temperature, seed, true));
  }

  private static LiveWorld world(LocalPlanner planner, Cancellation cancellation) {
    var context = ToolContexts.of(new MemoryWorkspace(), planner.limits());
    var permission = new LiveWorld.Permission(Policy.USUAL, Fixture.YES, Grants.inMemory(), "/ws");
    return new LiveWorld(planner, TOOLS, context, permission, cancellation);
  }

  private static AgentState started(String goal) {
    return AgentState.of(List.of(new Input(goal), Instructions.parse(goal)));
  }

  private static AgentState with(AgentState state, Call call, String observed) {
    String id = "a" + (state.actions() + 1);
    return state.apply(new Action(id, call, 0)).apply(new Observation(id, observed, false, false));
  }

  @Test
  void whateverARandomModelWantsIsCarriedOutOrRefusedAndReplaysToTheSameEvents()
      throws PlannerException, IOException {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    int done = 0;
    for (int seed = 0; seed < 200; seed++) {
      List<Event> events = new ArrayList<>();
      try (LocalPlanner planner = planner(1, seed)) {
        var agent =
            new Agent(
                AgentState.EMPTY,
                world(planner, new Cancellation()),
                FEW,
                events::add,
                Watcher.BLIND);
        AgentState end = agent.start(GOAL);
        reasons.add(end.stop().orElseThrow().reason());
        for (String observed : Fixture.observations(end)) {
          assertFalse(observed.startsWith("error: no tool"), observed);
          assertFalse(observed.startsWith("error: repeated"), observed);
          done += observed.startsWith("error: ") ? 0 : 1;
        }
      }
      try (LocalPlanner planner = planner(1, seed)) {
        var outcome = Replay.of(events, FEW, Optional.of(planner), Watcher.BLIND);
        assertEquals(Optional.empty(), outcome.difference());
        assertEquals(events.size(), outcome.events());
      }
    }
    assertEquals(EnumSet.of(Reason.ANSWERED, Reason.STEPS, Reason.FAILURES), reasons);
    assertTrue(done > 20, "carried out: " + done);
  }

  @Test
  void whatWouldLeadNowhereIsNotProposedAgain() throws PlannerException, InterruptedException {
    int changed = 0;
    for (int seed = 0; seed < 60; seed++) {
      try (LocalPlanner planner = planner(1, seed)) {
        AgentState state = started(GOAL);
        Set<Call> before = new HashSet<>();
        for (int step = 0; step < 6; step++) {
          if (!(planner.next(state, TokenSink.SILENT) instanceof Proposal.Act act)) {
            break;
          }
          Call call = act.calls().getFirst();
          assertTrue(before.add(call), call::toString);
          state = with(state, call, "nothing");
          changed++;
        }
      }
    }
    assertTrue(changed > 60, "actions: " + changed);
  }

  @Test
  void readAndWrittenTokensAreCounted() throws PlannerException, InterruptedException {
    try (LocalPlanner planner = planner(1, 7)) {
      int actions = 0;
      for (int i = 0; i < 20; i++) {
        String goal = GOAL + i;
        Proposal proposal = planner.next(started(goal), TokenSink.SILENT);
        int written = proposal.thought().isEmpty() ? 0 : bytes(proposal.thought()) + 2;
        written +=
            switch (proposal) {
              case Proposal.Act act -> {
                actions++;
                var arguments = act.calls().getFirst().arguments();
                int separators = Math.max(0, arguments.size() - 1);
                yield 3 + separators + arguments.values().stream().mapToInt(this::bytes).sum();
              }
              case Proposal.Finish finish -> 2 + bytes(finish.answer());
              case Proposal.GiveUp giveUp -> throw new AssertionError(giveUp);
            };
        assertEquals(bytes(goal) + 2 + written, proposal.tokens());
      }
      assertTrue(actions > 0);
    }
  }

  /** A token is a byte here. */
  private int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  @Test
  void thoughtsAndAnswersAreHeardWhileTheyAreWritten()
      throws PlannerException, InterruptedException {
    int thoughts = 0;
    for (int seed = 0; seed < 40; seed++) {
      try (LocalPlanner planner = planner(1, seed)) {
        List<String> heard = new ArrayList<>();
        Proposal proposal = planner.next(started(GOAL), heard::add);
        String answer = proposal instanceof Proposal.Finish finish ? finish.answer() : "";
        assertEquals(proposal.thought() + answer, String.join("", heard));
        thoughts += heard.size() > 1 && !proposal.thought().isEmpty() ? 1 : 0;
      }
    }
    assertTrue(thoughts > 5, "thoughts: " + thoughts);
  }

  @Test
  void anInterruptEndsTheWritingAndThePlannerGoesOnAfterwards()
      throws PlannerException, InterruptedException {
    try (LocalPlanner planner = planner(0, 0)) {
      Proposal whole = planner.next(started(GOAL), TokenSink.SILENT);
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> planner.next(started(GOAL), TokenSink.SILENT));
      assertFalse(Thread.currentThread().isInterrupted());
      assertEquals(whole, planner.next(started(GOAL), TokenSink.SILENT));
    }
    List<String> heard = new ArrayList<>();
    int seed = 0;
    while (heard.isEmpty()) {
      try (LocalPlanner planner = planner(1, seed++)) {
        planner.next(
            started(GOAL),
            piece -> {
              heard.add(piece);
              Thread.currentThread().interrupt();
            });
        assertTrue(heard.isEmpty(), "it went on");
      } catch (InterruptedException e) {
        assertEquals(1, heard.size());
      }
    }
  }

  @Test
  void aCancelledRunStopsWithoutAnotherAction() throws PlannerException, IOException {
    try (LocalPlanner planner = planner(1, 3)) {
      var cancellation = new Cancellation();
      Watcher watcher =
          new Watcher() {
            @Override
            public void accept(String piece) {
              cancellation.request();
            }

            @Override
            public void happened(AgentState state, Event event) {
              if (event instanceof Input) {
                cancellation.request();
              }
            }
          };
      var agent =
          new Agent(AgentState.EMPTY, world(planner, cancellation), FEW, event -> {}, watcher);
      AgentState end = agent.start(GOAL);
      assertEquals(Reason.CANCELLED, end.stop().orElseThrow().reason());
      assertEquals(0, end.actions());
    }
  }

  @Test
  void aRunThatIsTooLongKeepsItsGoalAndLeavesRoomForTheAction()
      throws PlannerException, InterruptedException {
    AgentState state = started(GOAL);
    for (int i = 0; i < 30; i++) {
      state = with(state, Call.of("read", "path", "data.txt" + i), "x".repeat(100));
    }
    try (LocalPlanner planner = planner(0, 0)) {
      Proposal proposal = planner.next(state, TokenSink.SILENT);
      assertTrue(proposal.tokens() <= ActingModel.CONTEXT, "tokens: " + proposal.tokens());
      assertEquals(150, planner.limits().observation());
    }
  }

  @Test
  void aGoalThatTheModelCannotReadIsNamedWithBothNumbers() {
    try (LocalPlanner planner = planner(0, 0)) {
      var e =
          assertThrows(
              PlannerException.class,
              () -> planner.next(started("x".repeat(400)), TokenSink.SILENT));
      assertEquals(PlannerException.Fault.GOAL_LENGTH, e.fault());
      assertEquals("402 > 214", e.detail());
    }
  }

  @Test
  void withoutTheGrammarWhatIsNoActionEndsTheRun() throws PlannerException, InterruptedException {
    var manner = new LocalPlanner.Manner(0, 0, false);
    try (LocalPlanner free = new LocalPlanner(model, TOOLS, manner);
        LocalPlanner kept = planner(0, 0)) {
      Proposal proposal = free.next(started(GOAL), TokenSink.SILENT);
      assertTrue(proposal instanceof Proposal.GiveUp, proposal::toString);
      assertNotEquals(proposal, kept.next(started(GOAL), TokenSink.SILENT));
    }
  }
}
