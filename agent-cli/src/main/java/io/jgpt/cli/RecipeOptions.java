package io.jgpt.cli;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.recipe.Recipe;
import io.jgpt.agent.recipe.Recipes;
import io.jgpt.agent.table.Tabulate;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.cli.terminal.TextTable;
import io.jgpt.cli.terminal.TextTable.Align;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the agent is for. */
final class RecipeOptions {

  private static final String MISSING = "";

  @Option(names = "--recipe", paramLabel = "NAME", arity = "0..1", fallbackValue = MISSING)
  private String recipe;

  @Option(names = "--recipes")
  private boolean list;

  /** Whether those that there are shall be listed. */
  boolean isList() {
    return list;
  }

  /** As it was given, if it was. */
  Optional<String> given() {
    return Optional.ofNullable(recipe);
  }

  /** The recipe that was asked for, if one was. */
  Optional<Recipe> chosen(Invocation invocation) {
    return recipe == null ? Optional.empty() : Optional.of(find(invocation, recipe));
  }

  /**
   * The recipe of a run that was begun earlier.
   *
   * @param name empty if it had none
   */
  static Optional<Recipe> ofRun(Invocation invocation, String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(find(invocation, name));
  }

  /** The tools that a recipe leaves of all, and of those that only a recipe switches on. */
  static Toolbox tools(Optional<Recipe> recipe, Toolbox all) {
    try {
      return recipe.isEmpty() ? all : recipe.get().of(all.with(new Tabulate()));
    } catch (JsonException e) {
      throw unusable(e);
    }
  }

  private static Recipe find(Invocation invocation, String name) {
    try {
      Recipes recipes = recipes(invocation);
      Optional<Recipe> found = name.isEmpty() ? Optional.empty() : recipes.find(name);
      return found.orElseThrow(() -> unknown(invocation, name));
    } catch (JsonException e) {
      throw unusable(e);
    } catch (IOException e) {
      throw new CliException(e, ExitCode.INPUT, "error.file.unreadable", name, Failures.reason(e));
    } catch (InvalidPathException e) {
      throw unknown(invocation, name);
    }
  }

  private static CliException unusable(JsonException e) {
    return new CliException(e, ExitCode.INPUT, "error.recipe", e.getMessage());
  }

  private static CliException unknown(Invocation invocation, String name) {
    String names = String.join(", ", names(invocation));
    return name.equals(MISSING)
        ? CliException.usage("error.recipe.missing", names)
        : CliException.usage("error.recipe.unknown", name, names);
  }

  private static List<String> names(Invocation invocation) {
    try {
      return List.copyOf(recipes(invocation).all().keySet());
    } catch (IOException e) {
      throw AgentRuns.unreadable(own(invocation), e);
    }
  }

  /** The user's own first, then those that came with the program. */
  private static Recipes recipes(Invocation invocation) {
    return new Recipes(invocation.host().directory().toAbsolutePath(), directories(invocation));
  }

  /** Where recipes are looked up by name; some may be missing. No tool may write there. */
  static List<Path> directories(Invocation invocation) {
    List<Path> directories = new ArrayList<>(List.of(own(invocation)));
    directories.addAll(invocation.host().recipes());
    return directories;
  }

  /** A recipe gives permissions, so a {@code .env} of the working directory cannot bring one in. */
  private static Path own(Invocation invocation) {
    return invocation.ownHome().resolve("recipes");
  }

  /** Name, title, what it is for and where it is, of each. One that cannot be used says why. */
  static String list(Invocation invocation) {
    Locale language = invocation.messages().locale();
    var table = new TextTable(Align.LEFT, Align.LEFT);
    try {
      Recipes recipes = recipes(invocation);
      for (Map.Entry<String, Path> entry : recipes.all().entrySet()) {
        try {
          Recipe recipe = recipes.find(entry.getKey()).orElseThrow();
          table.row(entry.getKey(), recipe.title().in(language));
          table.row("", recipe.description().in(language));
        } catch (JsonException e) {
          table.row(entry.getKey(), e.getMessage());
        }
        table.row("", entry.getValue());
      }
    } catch (IOException e) {
      throw AgentRuns.unreadable(own(invocation), e);
    }
    return table.render();
  }
}
