package io.jgpt.cli;

import io.jgpt.sampling.Sampling;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How many completions, and in which form. */
final class GenerateOutputOptions {

  @Option(
      names = {"-n", "--n"},
      paramLabel = "N",
      converter = Values.Samples.class)
  private int samples = 1;

  @Option(names = "--json-schema", paramLabel = "FILE")
  private Optional<String> jsonSchema = Optional.empty();

  @Option(names = "--json")
  private boolean json;

  @Option(names = "--logprobs", paramLabel = "N", converter = Values.Logprobs.class)
  private Optional<Integer> logprobs = Optional.empty();

  @Option(names = "--stats")
  private boolean stats;

  /**
   * @throws CliException if options contradict each other
   */
  void check() {
    if (logprobs.isPresent() && !json) {
      throw CliException.usage("error.needs", "--logprobs", "--json");
    }
  }

  /** The file of the schema that completions fit, if they must. */
  Optional<String> jsonSchema() {
    return jsonSchema;
  }

  int samples() {
    return samples;
  }

  boolean isJson() {
    return json;
  }

  boolean isStats() {
    return stats;
  }

  /** As {@link Sampling#logprobs} has it. */
  int logprobs() {
    return logprobs.orElse(Sampling.NO_LOGPROBS);
  }
}
