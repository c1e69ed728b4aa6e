package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.cli.terminal.TextTable;
import io.jgpt.cli.terminal.TextTable.Align;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jgpt doctor}: what is here, what is wrong with it, and what helps. */
@Command(name = "doctor", sortOptions = false)
final class DoctorCommand implements Callable<Integer> {

  private final Invocation invocation;

  @Option(names = "--verify")
  private boolean verify;

  @ArgGroup(validate = false, headingKey = "group.model", order = 1)
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, headingKey = "group.output", order = 2)
  private JsonOption output = new JsonOption();

  @Mixin private CommonOptions common;

  DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    var examination = new Examination(invocation);
    examination.machine();
    var gpus = new GpuExamination(invocation, model);
    examination.add(gpus.checks());
    examination.models();
    examination.model(model, verify);
    List<Check> checks = examination.checks();
    if (output.isJson()) {
      Json.print(invocation.output(), json -> write(json, gpus, checks));
    } else {
      invocation.output().write(table(checks));
    }
    return checks.stream()
        .filter(check -> check.verdict() == Check.Verdict.PROBLEM)
        .findFirst()
        .map(Check::failure)
        .orElse(ExitCode.DONE)
        .value();
  }

  private static void write(JsonGenerator json, GpuExamination gpus, List<Check> checks)
      throws IOException {
    json.writeStringField("version", Version.number());
    gpus.write(json);
    json.writeArrayFieldStart("checks");
    for (Check check : checks) {
      json.writeStartObject();
      check.write(json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private String table(List<Check> checks) {
    Messages messages = invocation.messages();
    var table = new TextTable(Align.LEFT, Align.LEFT, Align.LEFT);
    for (Check check : checks) {
      table.row(check.mark(messages), check.title(messages), check.found());
      if (check.cure().isPresent()) {
        table.row("", "", messages.text("doctor.cure", check.cure().get()));
      }
    }
    return Version.text() + "\n" + table.render();
  }
}
