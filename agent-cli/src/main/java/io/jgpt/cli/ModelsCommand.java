package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.cli.terminal.TextTable;
import io.jgpt.cli.terminal.TextTable.Align;
import io.jgpt.model.ModelLocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jgpt models}: the models that are here. */
@Command(name = "models", sortOptions = false)
final class ModelsCommand implements Callable<Integer> {

  private final Invocation invocation;

  @ArgGroup(validate = false, headingKey = "group.output")
  private JsonOption output = new JsonOption();

  @Mixin private CommonOptions common;

  ModelsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    Messages messages = invocation.messages();
    List<ModelFacts> models = new ArrayList<>();
    for (ModelLocator.Found found : ModelName.locator(invocation).list()) {
      models.add(ModelFacts.of(found, messages.locale()));
    }
    if (output.isJson()) {
      Json.print(invocation.output(), json -> write(json, models));
    } else if (models.isEmpty()) {
      String places = invocation.home().resolve("models").toString();
      invocation.output().write(messages.text("models.none", places));
    } else {
      invocation.output().write(table(messages, models));
    }
    return ExitCode.DONE.value();
  }

  private static void write(JsonGenerator json, List<ModelFacts> models) throws IOException {
    json.writeArrayFieldStart("models");
    for (ModelFacts model : models) {
      json.writeStartObject();
      model.write(json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String table(Messages messages, List<ModelFacts> models) {
    var table =
        new TextTable(Align.LEFT, Align.RIGHT, Align.LEFT, Align.RIGHT, Align.RIGHT, Align.LEFT);
    table.row(
        messages.text("models.name"),
        messages.text("models.parameters"),
        messages.text("models.dtype"),
        messages.text("models.context"),
        messages.text("models.vocabulary"),
        messages.text("models.place"));
    for (ModelFacts model : models) {
      model.row(table, messages);
    }
    return table.render();
  }
}
