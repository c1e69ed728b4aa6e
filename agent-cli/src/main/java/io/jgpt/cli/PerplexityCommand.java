package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.LanguageModel;
import io.jgpt.ModelInfo;
import io.jgpt.cli.terminal.StatusLine;
import io.jgpt.error.InputException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jgpt perplexity FILE}: how well a model predicts a text. */
@Command(name = "perplexity", sortOptions = false)
final class PerplexityCommand implements Callable<Integer> {

  /** What came out. */
  private record Result(
      ModelInfo info, int tokens, int stride, Perplexity.Score score, double seconds) {

    void write(JsonGenerator json) throws IOException {
      CompletionReport.model(json, info);
      json.writeNumberField("context", info.contextLength());
      json.writeNumberField("stride", stride);
      json.writeNumberField("tokens", tokens);
      json.writeNumberField("scored_tokens", score.tokens());
      json.writeNumberField("perplexity", score.perplexity());
      json.writeNumberField("mean_nll", score.meanNll());
      json.writeObjectFieldStart("timings");
      Json.measured(json, "load_ms", info.loadTime().toNanos() / 1e6);
      Json.measured(json, "score_ms", seconds * 1e3);
      Json.measured(json, "scored_tokens_per_s", score.tokens() / seconds);
      json.writeEndObject();
    }
  }

  private final Invocation invocation;

  @Parameters(paramLabel = "FILE", descriptionKey = "file")
  private String file;

  @Option(names = "--stride", paramLabel = "N", converter = Values.Count.class)
  private Optional<Integer> stride = Optional.empty();

  @ArgGroup(validate = false, headingKey = "group.model", order = 1)
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, headingKey = "group.output", order = 2)
  private ReportOptions output = new ReportOptions();

  @Mixin private CommonOptions common;

  PerplexityCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    String text = new TextInput(invocation).ofFile(file);
    try (LanguageModel opened = model.open(invocation)) {
      int[] ids =
          opened
              .tokenizer()
              .orElseThrow(() -> new InputException("tokenizer.none", opened.info().name()))
              .encode(text);
      if (ids.length < 2) {
        throw CliException.input("error.perplexity.short", file, ids.length);
      }
      // Registered so that Ctrl-C waits until the status line is gone and the model closed.
      Interruption interruption = invocation.interruption();
      interruption.onInterrupt(() -> {});
      Result result = score(opened, ids, strideFor(opened.info()));
      if (interruption.requested()) {
        return ExitCode.INTERRUPTED.value();
      }
      print(result);
    }
    return ExitCode.DONE.value();
  }

  private int strideFor(ModelInfo info) {
    int context = info.contextLength();
    if (context < 2) {
      throw CliException.input("error.perplexity.context", context);
    }
    int chosen = stride.orElse(Math.max(1, context / 2));
    if (chosen > context) {
      throw CliException.usage("error.stride", chosen, context);
    }
    return chosen;
  }

  private Result score(LanguageModel opened, int[] ids, int chosenStride) {
    Messages messages = invocation.messages();
    StatusLine status = invocation.diagnostics().status();
    long start = System.nanoTime();
    Perplexity.Score score =
        new Perplexity(opened, chosenStride)
            .score(
                ids,
                (reached, perplexity) ->
                    status.show(
                        messages.text(
                            "status.perplexity",
                            perplexity,
                            reached,
                            ids.length,
                            100.0 * reached / ids.length)),
                invocation.interruption()::requested);
    status.clear();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Result(opened.info(), ids.length, chosenStride, score, seconds);
  }

  private void print(Result result) {
    Messages messages = invocation.messages();
    ModelInfo info = result.info();
    if (output.isJson()) {
      Json.print(invocation.output(), result::write);
    } else {
      invocation
          .output()
          .write(
              messages.text(
                  "perplexity.result",
                  result.score().perplexity(),
                  result.score().tokens(),
                  info.contextLength(),
                  result.stride()));
    }
    if (output.isStats()) {
      invocation
          .diagnostics()
          .write(
              messages.text(
                  "stats.perplexity",
                  info.name(),
                  info.engine().description(),
                  CompletionReport.dtype(info.engine()),
                  info.loadTime().toMillis(),
                  result.seconds(),
                  result.score().tokens() / result.seconds()));
    }
  }
}
