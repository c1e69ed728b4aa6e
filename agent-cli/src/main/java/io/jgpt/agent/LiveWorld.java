package io.jgpt.agent;

import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Approval;
import io.jgpt.agent.Event.Approval.Ruling;
import io.jgpt.agent.tool.Arguments;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The world as it is: a planner, real tools, the user's policy, the user, the clock. */
public final class LiveWorld implements World {

  /**
   * What permission depends on.
   *
   * @param workspace its absolute path: what was granted in one does not hold in another
   */
  public record Permission(Policy policy, Approver approver, Grants grants, String workspace) {}

  private final Planner planner;
  private final Toolbox tools;
  private final ToolContext context;
  private final Permission permission;
  private final Cancellation cancellation;
  private final LongSupplier nanoTime;
  private final long begun;

  /** The sitting begins now. */
  public LiveWorld(
      Planner planner,
      Toolbox tools,
      ToolContext context,
      Permission permission,
      Cancellation cancellation) {
    this(planner, tools, context, permission, cancellation, System::nanoTime);
  }

  LiveWorld(
      Planner planner,
      Toolbox tools,
      ToolContext context,
      Permission permission,
      Cancellation cancellation,
      LongSupplier nanoTime) {
    this.planner = planner;
    this.tools = tools;
    this.context = context;
    this.permission = permission;
    this.cancellation = cancellation;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
  }

  @Override
  public Proposal propose(AgentState state, TokenSink live)
      throws PlannerException, InterruptedException {
    return cancellation.<Proposal, PlannerException>during(() -> planner.next(state, live));
  }

  @Override
  public Optional<String> objection(Action action) {
    Optional<Tool> tool = tools.find(action.call().tool());
    try {
      if (tool.isEmpty()) {
        throw new ToolException("no tool " + action.call().tool());
      }
      Arguments.of(tool.get().spec(), action.call().arguments());
      return Optional.empty();
    } catch (ToolException e) {
      return Optional.of(ToolResult.failure(e).text());
    }
  }

  @Override
  public Approval approve(AgentState state, Action action) throws InterruptedException {
    ToolSpec spec = tools.find(action.call().tool()).orElseThrow().spec();
    var scope = Scope.of(permission.workspace, spec, action.call());
    var unnamed = Provenance.unnamedTarget(spec, action.call(), Provenance.sources(state, tools));
    return switch (permission.policy.check(spec, action.call())) {
      case Decision.Deny deny -> new Approval(action.id(), Ruling.POLICY_DENIED, deny.reason());
      // Nobody named the target: a file may have, so a person looks at it whatever the policy says.
      case Decision.Allow _ when unnamed.isPresent() -> ask(state, action, scope, unnamed, "");
      case Decision.Allow allow -> new Approval(action.id(), Ruling.POLICY_ALLOWED, allow.reason());
      case Decision.Ask _ when unnamed.isEmpty() && permission.grants.covers(scope) ->
          new Approval(action.id(), Ruling.GRANTED, "");
      case Decision.Ask ask -> ask(state, action, scope, unnamed, ask.reason());
    };
  }

  private Approval ask(
      AgentState state, Action action, Scope scope, Optional<String> unnamed, String reason)
      throws InterruptedException {
    var request = new Approver.Request(action, reason, state.thought(), scope, unnamed);
    return switch (cancellation.during(() -> permission.approver.ask(request))) {
      case Approver.Answer.Once _ -> new Approval(action.id(), Ruling.ALLOWED_ONCE, "");
      case Approver.Answer.Deny deny ->
          new Approval(action.id(), Ruling.USER_DENIED, deny.feedback());
      case Approver.Answer.Always _ -> {
        grant(scope);
        yield new Approval(action.id(), Ruling.ALLOWED_ALWAYS, "");
      }
    };
  }

  private void grant(Scope scope) {
    try {
      permission.grants.add(scope);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ToolResult act(Action action) throws InterruptedException {
    return cancellation.during(
        () -> tools.call(action.call().tool(), action.call().arguments(), context));
  }

  @Override
  public Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - begun);
  }

  @Override
  public boolean cancelled() {
    return cancellation.requested();
  }
}
