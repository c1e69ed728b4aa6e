package io.jgpt.cli;

import io.jgpt.Generation;
import io.jgpt.GenerationSession;
import io.jgpt.LanguageModel;
import io.jgpt.ModelInfo;
import io.jgpt.Token;
import io.jgpt.error.JgptException;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.grammar.JsonSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jgpt generate [PROMPT]}: completes a prompt. */
@Command(name = "generate", sortOptions = false)
final class GenerateCommand implements Callable<Integer> {

  private static final String STDIN = "-";

  private final Invocation invocation;

  @Parameters(arity = "0..1", paramLabel = "PROMPT", descriptionKey = "prompt")
  private Optional<String> prompt = Optional.empty();

  @Option(names = "--prompt-file", paramLabel = "FILE")
  private Optional<String> promptFile = Optional.empty();

  @ArgGroup(validate = false, headingKey = "group.model", order = 1)
  private ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, headingKey = "group.length", order = 2)
  private LengthOptions length = new LengthOptions();

  @ArgGroup(validate = false, headingKey = "group.sampling", order = 3)
  private SamplingOptions sampling = new SamplingOptions();

  @ArgGroup(validate = false, headingKey = "group.output", order = 4)
  private GenerateOutputOptions output = new GenerateOutputOptions();

  @Mixin private CommonOptions common;

  GenerateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    output.check();
    String text = prompt();
    Optional<JsonSchema> schema = output.jsonSchema().map(this::readSchema);
    try (LanguageModel opened = model.open(invocation)) {
      ModelInfo info = opened.info();
      Sampling chosen = sampling.toSampling(info.generationConfig(), info.config().vocabSize());
      chosen = length.apply(chosen).logprobs(output.logprobs());
      if (schema.isPresent()) {
        chosen = chosen.constraint(opened.constrain(schema.get()));
      }
      try (GenerationSession session = opened.newSession()) {
        List<Generation> samples =
            output.samples() == 1
                ? List.of(session.generate(text, chosen))
                : opened.generate(List.of(text), chosen, output.samples());
        invocation.interruption().onInterrupt(() -> samples.forEach(Generation::cancel));
        report(opened, samples, chosen.isGreedy());
      }
    }
    return invocation.interruption().requested()
        ? ExitCode.INTERRUPTED.value()
        : ExitCode.DONE.value();
  }

  private JsonSchema readSchema(String file) {
    if (length.hasStop()) {
      throw CliException.usage("error.exclusive", "--json-schema", "--stop");
    }
    if (file.equals(STDIN) && (prompt.isEmpty() || prompt.get().equals(STDIN))) {
      throw CliException.usage("error.needs", "--json-schema -", "PROMPT");
    }
    return JsonSchema.parse(TextInput.asPrompt(new TextInput(invocation).ofFile(file)));
  }

  private String prompt() {
    if (prompt.isPresent() && promptFile.isPresent()) {
      throw CliException.usage("error.exclusive", "PROMPT", "--prompt-file");
    }
    TextInput input = new TextInput(invocation);
    if (promptFile.isPresent()) {
      return TextInput.asPrompt(input.ofFile(promptFile.get()));
    }
    if (prompt.isPresent() && !prompt.get().equals(STDIN)) {
      return prompt.get();
    }
    return TextInput.asPrompt(input.ofStdin());
  }

  private void report(LanguageModel opened, List<Generation> samples, boolean greedy) {
    List<Completion> completions = new ArrayList<>();
    for (Generation sample : samples) {
      if (!output.isJson() && !completions.isEmpty() && invocation.interruption().requested()) {
        break; // nothing of it was written, and nothing will be
      }
      completions.add(output.isJson() ? collect(sample) : stream(sample));
    }
    var completed = new CompletionReport(opened, samples.getFirst().seed(), completions);
    if (output.isJson()) {
      Json.print(invocation.output(), completed::write);
    }
    if (!output.isStats() && !output.isJson() && !greedy) {
      invocation.diagnostics().note("note.seed", samples.getFirst().seed());
    }
    if (output.isStats()) {
      invocation.diagnostics().write(completed.statistics(invocation.messages()));
    }
  }

  private Completion collect(Generation sample) {
    List<Token> tokens = new ArrayList<>();
    sample.forEach(tokens::add);
    return Completion.of(sample, tokens);
  }

  private Completion stream(Generation sample) {
    boolean begun = false;
    try {
      for (Token token : sample) {
        if (!token.text().isEmpty()) {
          invocation.output().write(token.text());
          begun = true;
        }
      }
    } catch (JgptException e) {
      if (begun) {
        invocation.output().write("\n"); // what was written stays, and ends before the error begins
      }
      throw e;
    }
    invocation.output().write("\n");
    return Completion.of(sample, List.of());
  }
}
