package io.jgpt.cli;

import io.jgpt.model.ModelLocator;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model, for commands that compute nothing with it. */
final class ModelName {

  /** The bundled model. */
  static final String USUAL = "mini";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME",
      converter = Values.Model.class)
  private Optional<String> model = Optional.empty();

  /** The model's directory. */
  Path directory(Invocation invocation) {
    return locator(invocation).resolve(asked(model, invocation));
  }

  /** The option, else the setting, else the bundled model. */
  static String asked(Optional<String> option, Invocation invocation) {
    return option
        .or(() -> invocation.settings().get("JGPT_MODEL").map(Settings.Setting::value))
        .orElse(USUAL);
  }

  static ModelLocator locator(Invocation invocation) {
    return new ModelLocator(invocation.home(), invocation.host().bundled());
  }
}
