package io.jgpt.agent;

import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.tool.Arguments;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.agent.tool.Workspace;
import io.jgpt.testing.ToolContexts;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An agent on files in memory, with a few tools. */
public final class Fixture {

  /** Asks for the same again and again. */
  public static final Approver YES = request -> new Approver.Answer.Once();

  public final Map<String, String> files = new TreeMap<>();
  public final List<Approver.Request> asked = new ArrayList<>();
  public final List<Event> stored = new ArrayList<>();
  public final Cancellation cancellation = new Cancellation();
  public Approver approver = YES;
  public Policy policy = Policy.USUAL;
  public Grants grants = Grants.inMemory();
  public Budget budget = Budget.USUAL;
  public RunLog log = stored::add;
  public Watcher watcher = Watcher.BLIND;
  public long nanos;
  public final List<Tool> more = new ArrayList<>();

  public Toolbox tools() {
    List<Tool> tools = new ArrayList<>(List.of(calculate(), read(), write(), list()));
    tools.addAll(more);
    return Toolbox.of(tools);
  }

  public World world(Planner planner) {
    var context = ToolContexts.of(noWorkspace());
    Approver recording =
        request -> {
          asked.add(request);
          return approver.ask(request);
        };
    var permission = new LiveWorld.Permission(policy, recording, grants, "/ws");
    return new LiveWorld(planner, tools(), context, permission, cancellation, () -> nanos);
  }

  public Agent agent(AgentState state, Planner planner) {
    return new Agent(state, world(planner), budget, log, watcher);
  }

  public AgentState run(String goal, Planner planner) throws PlannerException, IOException {
    return agent(AgentState.EMPTY, planner).start(goal);
  }

  /** The texts of all observations. */
  public static List<String> observations(AgentState state) {
    return state.events().stream()
        .filter(Observation.class::isInstance)
        .map(event -> ((Observation) event).text())
        .toList();
  }

  public static Proposal act(Call... calls) {
    return new Proposal.Act("", List.of(calls), 10);
  }

  public static Proposal finish(String answer) {
    return new Proposal.Finish("", answer, 10);
  }

  /** A planner that goes through proposals, one each time it is asked. */
  public static Planner inOrder(Proposal... proposals) {
    var rest = new ArrayList<>(List.of(proposals));
    return planner((state, live) -> rest.isEmpty() ? finish("done") : rest.removeFirst());
  }

  /** What plans. */
  public interface Planning {
    Proposal next(AgentState state, TokenSink live) throws PlannerException, InterruptedException;
  }

  public static Planner planner(Planning planning) {
    return new Planner() {
      @Override
      public Proposal next(AgentState state, TokenSink live)
          throws PlannerException, InterruptedException {
        return planning.next(state, live);
      }

      @Override
      public void close() {}
    };
  }

  public static Action action(String id, Call call) {
    return new Action(id, call, 0);
  }

  /** What a tool of the fixture does. */
  public interface Doing {
    ToolResult call(Arguments arguments) throws ToolException;
  }

  public static Tool tool(String name, Effect effect, List<Parameter> parameters, Doing doing) {
    var spec = new ToolSpec(name, "for tests", parameters, effect);
    return new Tool() {
      @Override
      public ToolSpec spec() {
        return spec;
      }

      @Override
      public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
        return doing.call(arguments);
      }

      @Override
      public List<String> sources(String observation) {
        return effect == Effect.NONE || name.equals("list") ? List.of(observation) : List.of();
      }
    };
  }

  private static Parameter path() {
    return Parameter.required("path", Parameter.Kind.PATH, "where");
  }

  /** Multiplies, and nothing else. */
  private static Tool calculate() {
    return tool(
        "calculate",
        Effect.NONE,
        List.of(Parameter.required("expression", Parameter.Kind.EXPRESSION, "what")),
        arguments -> {
          String[] factors = arguments.text("expression").split("\\*", -1);
          if (factors.length != 2) {
            throw new ToolException("not a product: " + arguments.text("expression"));
          }
          long product = Long.parseLong(factors[0]) * Long.parseLong(factors[1]);
          return ToolResult.of(Long.toString(product));
        });
  }

  private Tool read() {
    return tool(
        "read",
        Effect.READS,
        List.of(path()),
        arguments -> {
          String text = files.get(arguments.text("path"));
          if (text == null) {
            throw new ToolException("no file " + arguments.text("path"));
          }
          return ToolResult.of(text);
        });
  }

  private Tool write() {
    return tool(
        "write",
        Effect.WRITES,
        List.of(path(), Parameter.required("text", Parameter.Kind.TEXT, "what")),
        arguments -> {
          files.put(arguments.text("path"), arguments.text("text"));
          return ToolResult.done();
        });
  }

  private Tool list() {
    return tool(
        "list",
        Effect.READS,
        List.of(),
        arguments -> ToolResult.of(String.join("\n", files.keySet())));
  }

  /** A tool that asks for a stop of the run; only where it is added. */
  public Tool stop() {
    return tool(
        "stop",
        Effect.NONE,
        List.of(),
        arguments -> {
          cancellation.request();
          return ToolResult.of("stopped");
        });
  }

  /** So much later. */
  public void later(Duration time) {
    nanos += time.toNanos();
  }

  /** The tools of the fixture do not touch it. */
  private static Workspace noWorkspace() {
    return (Workspace)
        Proxy.newProxyInstance(
            Workspace.class.getClassLoader(),
            new Class<?>[] {Workspace.class},
            (proxy, method, arguments) -> {
              throw new AssertionError(method.getName());
            });
  }
}
