package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.LanguageModel;
import io.jgpt.ModelInfo;
import io.jgpt.cli.terminal.TextTable;
import io.jgpt.cli.terminal.TextTable.Align;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jgpt bench}: how fast a model reads and writes here. */
@Command(name = "bench", sortOptions = false)
final class BenchCommand implements Callable<Integer> {

  private final Invocation invocation;

  @Option(names = "-p", paramLabel = "N", converter = Values.CountOrNone.class)
  private Optional<Integer> promptTokens = Optional.empty();

  @Option(names = "-n", paramLabel = "N", converter = Values.CountOrNone.class)
  private Optional<Integer> generatedTokens = Optional.empty();

  @Option(names = "-r", paramLabel = "N", converter = Values.Count.class)
  private int repetitions = 5;

  @Option(names = "-d", paramLabel = "DEPTH", converter = Values.CountOrNone.class)
  private int depth;

  @ArgGroup(validate = false, headingKey = "group.model", order = 1)
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, headingKey = "group.output", order = 2)
  private JsonOption output = new JsonOption();

  @Mixin private CommonOptions common;

  BenchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    if (promptTokens.orElse(1) == 0 && generatedTokens.orElse(1) == 0) {
      throw CliException.usage("error.bench.nothing");
    }
    try (LanguageModel opened = model.open(invocation)) {
      int context = opened.info().contextLength();
      int prompt = count("-p", promptTokens, 512, depth, context);
      int generated = count("-n", generatedTokens, 128, Bench.decodedAfter(depth), context);
      var bench = new Bench(opened, depth, repetitions, invocation);
      List<Bench.Result> results = bench.run(prompt, generated);
      if (invocation.interruption().requested()) {
        return ExitCode.INTERRUPTED.value();
      }
      double bandwidth = bench.bandwidth();
      if (output.isJson()) {
        Json.print(invocation.output(), json -> write(json, opened.info(), bandwidth, results));
      } else {
        invocation.output().write(table(opened.info(), bandwidth, results));
      }
    }
    return ExitCode.DONE.value();
  }

  /**
   * How many tokens a test takes: what was asked for, else the usual number or what the context
   * leaves.
   *
   * @param before tokens that stand before
   */
  private int count(String option, Optional<Integer> asked, int usual, int before, int context) {
    int most = context - before;
    int tokens = asked.orElse(Math.min(usual, most));
    if (tokens > most || most < 1) {
      throw CliException.usage("error.bench.context", option, tokens, before, most, context);
    }
    return tokens;
  }

  private static void write(
      JsonGenerator json, ModelInfo info, double bandwidth, List<Bench.Result> results)
      throws IOException {
    CompletionReport.model(json, info);
    json.writeNumberField("threads", info.engine().threads());
    Json.measured(json, "bandwidth_gb_s", bandwidth / 1e9);
    json.writeArrayFieldStart("results");
    for (Bench.Result result : results) {
      json.writeStartObject();
      result.write(json, bandwidth);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private String table(ModelInfo info, double bandwidth, List<Bench.Result> results) {
    Messages messages = invocation.messages();
    var table =
        new TextTable(Align.LEFT, Align.RIGHT, Align.RIGHT, Align.RIGHT, Align.RIGHT, Align.RIGHT);
    table.row(
        messages.text("bench.test"),
        messages.text("bench.median"),
        messages.text("bench.min"),
        messages.text("bench.max"),
        messages.text("bench.bytes"),
        messages.text("bench.share"));
    for (Bench.Result result : results) {
      table.row(
          result.test(),
          speed(result.median()),
          speed(result.min()),
          speed(result.max()),
          formatted("%.2f MB", result.bytesPerToken() / 1e6),
          formatted("%.0f%%", 100 * result.shareOf(bandwidth)));
    }
    return messages.text(
            "bench.header",
            info.name(),
            info.engine().description(),
            CompletionReport.dtype(info.engine()),
            bandwidth / 1e9,
            repetitions)
        + table.render()
        + (results.stream().anyMatch(result -> result.shareOf(bandwidth) > 1)
            ? messages.text("bench.cached")
            : "");
  }

  private static String formatted(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  private static String speed(double tokensPerSecond) {
    return String.format(Locale.ROOT, tokensPerSecond < 100 ? "%.1f" : "%.0f", tokensPerSecond);
  }
}
