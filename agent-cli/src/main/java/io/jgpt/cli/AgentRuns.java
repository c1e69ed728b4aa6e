package io.jgpt.cli;

import io.jgpt.agent.Agent;
import io.jgpt.agent.AgentState;
import io.jgpt.agent.Approver;
import io.jgpt.agent.Budget;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Event;
import io.jgpt.agent.Instructions;
import io.jgpt.agent.LiveWorld;
import io.jgpt.agent.OptionalTools;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Policy;
import io.jgpt.agent.Watcher;
import io.jgpt.agent.log.BusyException;
import io.jgpt.agent.log.Keys;
import io.jgpt.agent.log.RunFile;
import io.jgpt.agent.log.RunFormatException;
import io.jgpt.agent.log.RunHeader;
import io.jgpt.agent.log.Runs;
import io.jgpt.agent.log.StoredGrants;
import io.jgpt.agent.log.TamperedException;
import io.jgpt.agent.mcp.Offer;
import io.jgpt.agent.recipe.Recipe;
import io.jgpt.agent.store.Profile;
import io.jgpt.agent.tool.FolderWorkspace;
import io.jgpt.agent.tool.Notes;
import io.jgpt.agent.tool.Questions;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.Toolbox;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The runs of one user: begins them, goes on with them, finds them again. */
final class AgentRuns implements AutoCloseable {

  private static final String LAST = "last";

  /**
   * How a run is carried out.
   *
   * @param guarded files that say what is allowed: no tool writes them
   */
  record Manner(
      PlannerOptions.Chosen planner,
      Path workspace,
      Optional<Recipe> recipe,
      Policy policy,
      OptionalTools optional,
      List<Path> guarded,
      Approver approver,
      Offer.Asker offers,
      Questions questions,
      Budget budget,
      AgentView view,
      Cancellation cancellation) {}

  private final Invocation invocation;
  private final Path state;
  private final Keys keys;
  private final Runs runs;
  private final Planners planners;
  private final Notes notes;
  private Optional<String> current = Optional.empty();

  private AgentRuns(Invocation invocation, UserData data, Planners planners) {
    this.invocation = invocation;
    this.state = data.state();
    this.keys = data.key().keys();
    this.planners = planners;
    this.runs = data.runs();
    this.notes = data.notes();
  }

  /**
   * The runs in the user's state directory, which is made if it is not there.
   *
   * @param planners closed with this
   */
  static AgentRuns open(Invocation invocation, Planners planners) {
    return new AgentRuns(invocation, invocation.userData(), planners);
  }

  /** Begins a run and carries it out. */
  AgentState begin(String goal, Manner manner) throws PlannerException {
    PlannerOptions.Chosen chosen = manner.planner;
    try (AgentTools tools = tools(manner);
        Planner planner = planner(chosen, manner.recipe, tools.all())) {
      var header =
          new RunHeader(
              chosen.name(),
              chosen.model(),
              planners.modelHash(chosen),
              chosen.temperature(),
              chosen.seed(),
              manner.workspace.toString(),
              manner.recipe.map(Recipe::name).orElse(""),
              manner.budget);
      try (RunFile file = runs.create(header)) {
        return carryOut(file, Optional.of(goal), manner, tools, planner);
      }
    } catch (IOException e) {
      throw unreadable(state, e);
    }
  }

  /** Goes on with a run. */
  AgentState resume(RunFile file, Manner manner) throws PlannerException {
    try (AgentTools tools = tools(manner);
        Planner planner = planner(file, manner.planner, manner.recipe, tools.all())) {
      return carryOut(file, Optional.empty(), manner, tools, planner);
    } catch (IOException e) {
      throw unreadable(state, e);
    }
  }

  /** The tools of a run; the caller closes them. */
  AgentTools tools(Manner manner) throws IOException {
    refuseToHold(manner.workspace);
    try {
      return AgentTools.open(
          invocation,
          manner.optional,
          manner.workspace,
          state,
          keys,
          manner.offers,
          manner.cancellation);
    } catch (TamperedException e) {
      throw tampered(e);
    }
  }

  private AgentState carryOut(
      RunFile file, Optional<String> goal, Manner manner, AgentTools opened, Planner planner)
      throws PlannerException, IOException {
    current = Optional.of(file.id());
    AgentState before = AgentState.of(file.events());
    var guarded = new ArrayList<Path>(List.of(state));
    guarded.add(invocation.host().directory().resolve(".env"));
    guarded.addAll(RecipeOptions.directories(invocation));
    guarded.addAll(manner.guarded);
    List<String> names = List.of(Recipe.FILE);
    Toolbox tools = RecipeOptions.tools(manner.recipe, opened.all());
    try (FolderWorkspace workspace = FolderWorkspace.open(manner.workspace, guarded, names);
        StoredGrants grants = StoredGrants.open(state, keys)) {
      var context =
          new ToolContext(
              workspace,
              Clock.system(ZoneId.systemDefault()),
              Instructions.language(goal.orElse(before.goal())),
              planner.limits(),
              manner.questions,
              notes);
      var permission =
          new LiveWorld.Permission(
              manner.policy, manner.approver, grants, workspace.root().toString());
      var world = new LiveWorld(planner, tools, context, permission, manner.cancellation);
      var agent = new Agent(before, world, manner.budget, file, manner.view);
      return goal.isPresent() ? agent.start(goal.get()) : agent.proceed();
    } catch (TamperedException e) {
      throw tampered(e);
    }
  }

  /** Who plans a run that was begun earlier; the caller closes it. */
  Planner planner(
      RunFile file, PlannerOptions.Chosen chosen, Optional<Recipe> recipe, Toolbox tools) {
    Planner planner = planner(chosen, recipe, tools);
    RunHeader header = file.header();
    boolean same = header.planner().equals(chosen.name()) && header.model().equals(chosen.model());
    if (same && !header.modelHash().equals(planners.modelHash(chosen))) {
      invocation
          .diagnostics()
          .warning(invocation.messages().text("warning.model.changed", chosen.model(), file.id()));
    }
    return planner;
  }

  /** Who plans, knowing the recipe's tools and profile; the caller closes it. */
  private Planner planner(PlannerOptions.Chosen chosen, Optional<Recipe> recipe, Toolbox tools) {
    return planners.open(chosen, RecipeOptions.tools(recipe, tools), briefing(recipe));
  }

  /** For whom it works, and as what. */
  private List<String> briefing(Optional<Recipe> recipe) {
    Messages messages = invocation.messages();
    List<String> briefing = new ArrayList<>();
    Profile profile = invocation.userData().profile();
    if (!profile.equals(Profile.NONE)) {
      briefing.add(messages.text("agent.system.profile", ProfileFields.list(messages, profile)));
    }
    recipe.ifPresent(r -> briefing.add(r.profile().in(messages.locale())));
    return briefing;
  }

  /** What is kept about runs must not lie where tools write. */
  private void refuseToHold(Path workspace) throws IOException {
    if (state.toRealPath().startsWith(workspace)) {
      for (Path name : workspace.relativize(state.toRealPath())) {
        if (name.toString().startsWith(".")) {
          return; // hidden from tools
        }
      }
      throw CliException.usage("error.workspace.state", workspace, state);
    }
  }

  /** Opens a run by its name, or the last one; the caller closes it. */
  RunFile find(String id) {
    try {
      return runs.open(id.equals(LAST) ? runs.latest().orElse(LAST) : id);
    } catch (NoSuchFileException e) {
      throw new CliException(e, ExitCode.INPUT, "error.run.missing", id, state.resolve("runs"));
    } catch (IOException e) {
      throw unreadable(state, e);
    } catch (TamperedException e) {
      throw tampered(e);
    } catch (RunFormatException e) {
      throw UserData.unusable(e);
    }
  }

  /** What the user thinks of the answer of this process's last run, stored with it. */
  void feedback(Event.Feedback feedback, Watcher watcher) {
    try (RunFile file = find(current.orElse(LAST))) {
      file.append(feedback);
      watcher.happened(AgentState.of(file.events()), feedback);
    } catch (IOException e) {
      throw unreadable(state, e);
    }
  }

  /** The last goals, oldest first. */
  List<String> goals(int most) {
    try {
      List<String> ids = runs.ids();
      List<String> goals = new ArrayList<>();
      for (String id : ids.subList(Math.max(0, ids.size() - most), ids.size())) {
        goals.add(goal(id));
      }
      goals.removeIf(String::isEmpty);
      return goals;
    } catch (IOException e) {
      throw unreadable(state, e);
    }
  }

  /** That of a run; empty if it cannot be opened, or another process is at it. */
  private String goal(String id) throws IOException {
    try (RunFile file = runs.open(id)) {
      return AgentState.of(file.events()).goal();
    } catch (BusyException e) {
      return "";
    } catch (TamperedException e) {
      warn(tampered(e));
    } catch (RunFormatException e) {
      warn(UserData.unusable(e));
    }
    return "";
  }

  private void warn(CliException e) {
    invocation.diagnostics().warning(e.message(invocation.messages()));
  }

  /** Closes the model that plans here, if one does. */
  @Override
  public void close() {
    planners.close();
  }

  /** A planner's failure in one line. */
  static CliException failed(PlannerException e) {
    String key = "error.planner." + e.fault().name().toLowerCase(Locale.ROOT);
    boolean length = e.fault() == PlannerException.Fault.GOAL_LENGTH;
    ExitCode code = length ? ExitCode.INPUT : ExitCode.NETWORK;
    return new CliException(e, code, key, e.endpoint(), e.detail());
  }

  static CliException unreadable(Path path, IOException e) {
    return UserData.unreadable(path, e);
  }

  private static CliException tampered(TamperedException e) {
    return UserData.tampered(e);
  }
}
