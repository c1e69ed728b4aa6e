package io.jgpt.cli;

import io.jgpt.LanguageModel;
import io.jgpt.agent.Planner;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.plan.Endpoint;
import io.jgpt.agent.plan.LocalPlanner;
import io.jgpt.agent.plan.OpenAiPlanner;
import io.jgpt.agent.plan.ScriptedPlanner;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.cli.PlannerOptions.Chosen;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens planners. A model that runs here stays open from one run to the next. */
final class Planners implements AutoCloseable {

  private static final String SCRIPT = "script:";
  private static final String OPENAI_BASE = "https://api.openai.com/v1";

  /** A model that is open, with what it was asked for by. */
  private record Running(String name, LanguageModel model, String hash) {}

  private final Invocation invocation;
  private final ModelOptions options;
  private Optional<Running> running = Optional.empty();

  /**
   * @param options where and how a model runs here
   */
  Planners(Invocation invocation, ModelOptions options) {
    this.invocation = invocation;
    this.options = options;
  }

  /**
   * A planner; the caller closes it before this.
   *
   * @param briefing what it is told besides who it is, in paragraphs; a model that was trained on
   *     goals alone cannot be told
   */
  Planner open(Chosen chosen, Toolbox tools, List<String> briefing) {
    if (chosen.isLocal()) {
      var manner = new LocalPlanner.Manner(chosen.temperature(), chosen.seed(), true);
      return new LocalPlanner(running(chosen.model()).model, tools, manner);
    }
    if (chosen.isEndpoint()) {
      List<String> system = new ArrayList<>(List.of(invocation.messages().text("agent.system")));
      system.addAll(briefing);
      return new OpenAiPlanner(
          endpoint(chosen.model()), String.join("\n\n", system), tools.specs());
    }
    String file = chosen.name().substring(SCRIPT.length());
    String text = new TextInput(invocation).ofFile(file);
    try {
      return ScriptedPlanner.read(text);
    } catch (JsonException e) {
      throw new CliException(e, ExitCode.INPUT, "error.json", file, e.getMessage());
    }
  }

  /** The hash of the planner's model if it runs here, else nothing. */
  String modelHash(Chosen chosen) {
    return chosen.isLocal() ? running(chosen.model()).hash : "";
  }

  private Running running(String name) {
    if (running.isEmpty() || !running.get().name.equals(name)) {
      close();
      ModelOptions named = options.model(name);
      Path directory = named.directory(invocation);
      LanguageModel model = able(named, name, invocation);
      try {
        running = Optional.of(new Running(name, model, ModelHash.of(directory)));
      } catch (IOException e) {
        model.close();
        throw new CliException(
            e, ExitCode.MODEL, "error.file.unreadable", directory, Failures.reason(e));
      }
    }
    return running.get();
  }

  /** Opens a model that can act; the caller closes it. */
  static LanguageModel able(ModelOptions options, String name, Invocation invocation) {
    LanguageModel model = options.open(invocation);
    List<String> missing = LocalPlanner.missing(model);
    if (!missing.isEmpty()) {
      model.close();
      throw new CliException(
          null, ExitCode.MODEL, "error.planner.tokens", name, String.join(", ", missing));
    }
    return model;
  }

  private Endpoint endpoint(String model) {
    Settings settings = invocation.settings();
    Optional<Settings.Setting> base = settings.get("OPENAI_BASE_URL");
    Optional<Settings.Setting> key = settings.secretFor("OPENAI_BASE_URL", "OPENAI_API_KEY");
    if (key.isEmpty()) {
      settings
          .get("OPENAI_API_KEY")
          .ifPresent(
              withheld ->
                  invocation
                      .diagnostics()
                      .warning(
                          invocation
                              .messages()
                              .text(
                                  "warning.key", withheld.source(), base.orElseThrow().source())));
    }
    key.ifPresent(Planners::requireKey);
    String address = base.map(Settings.Setting::value).orElse(OPENAI_BASE);
    try {
      return Endpoint.of(new URI(address), model, key.map(Settings.Setting::value));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new CliException(e, ExitCode.USAGE, "error.endpoint", "OPENAI_BASE_URL");
    }
  }

  /** Told without the key, as an HTTP client would not: one that has its file's line end, say. */
  private static void requireKey(Settings.Setting key) {
    for (int i = 0; i < key.value().length(); i++) {
      char c = key.value().charAt(i);
      if (c <= ' ' || c > '~') {
        throw CliException.usage("error.secret", key.source(), i + 1);
      }
    }
  }

  /** Closes the model that runs here, if one does. */
  @Override
  public void close() {
    running.map(Running::model).ifPresent(LanguageModel::close);
    running = Optional.empty();
  }
}
