package io.jgpt.cli;

import io.jgpt.agent.Planner;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.plan.Endpoint;
import io.jgpt.agent.plan.OpenAiPlanner;
import io.jgpt.agent.plan.ScriptedPlanner;
import io.jgpt.agent.tool.ToolSpec;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who plans. */
final class PlannerOptions {

  private static final String OPENAI = "openai";
  private static final String SCRIPT = "script:";
  private static final String OPENAI_BASE = "https://api.openai.com/v1";

  /** What a planner is called in a run's header. */
  record Chosen(String name, String model) {}

  @Option(names = "--planner", paramLabel = "PLANNER", converter = Values.PlannerName.class)
  private Optional<String> planner = Optional.empty();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME",
      converter = Values.Model.class)
  private Optional<String> model = Optional.empty();

  /** Whether it was said who plans. */
  boolean isGiven() {
    return planner.isPresent();
  }

  /** Who plans: as the options say, else as the run that goes on was begun, else the endpoint. */
  Chosen chosen(Optional<Chosen> before) {
    String name = planner.or(() -> before.map(Chosen::name)).orElse(OPENAI);
    if (!name.equals(OPENAI)) {
      if (model.isPresent()) {
        throw CliException.usage("error.needs", "--model", "--planner openai");
      }
      return new Chosen(name, "");
    }
    String named =
        model
            .or(() -> before.map(Chosen::model).filter(m -> !m.isEmpty()))
            .orElseThrow(() -> CliException.usage("error.planner.model"));
    return new Chosen(name, named);
  }

  /**
   * The planner; the caller closes it.
   *
   * @param briefing what it is told besides who it is, in paragraphs
   */
  static Planner open(
      Invocation invocation, Chosen chosen, List<ToolSpec> tools, List<String> briefing) {
    if (chosen.name.startsWith(SCRIPT)) {
      String file = chosen.name.substring(SCRIPT.length());
      String text = new TextInput(invocation).ofFile(file);
      try {
        return ScriptedPlanner.read(text);
      } catch (JsonException e) {
        throw new CliException(e, ExitCode.INPUT, "error.json", file, e.getMessage());
      }
    }
    List<String> system = new ArrayList<>(List.of(invocation.messages().text("agent.system")));
    system.addAll(briefing);
    return new OpenAiPlanner(
        endpoint(invocation, chosen.model), String.join("\n\n", system), tools);
  }

  private static Endpoint endpoint(Invocation invocation, String model) {
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
    String address = base.map(Settings.Setting::value).orElse(OPENAI_BASE);
    try {
      return Endpoint.of(new URI(address), model, key.map(Settings.Setting::value));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new CliException(e, ExitCode.USAGE, "error.endpoint", "OPENAI_BASE_URL");
    }
  }
}
