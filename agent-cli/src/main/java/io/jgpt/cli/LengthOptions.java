package io.jgpt.cli;

import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.Truncate;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a prompt begins and a completion ends. */
final class LengthOptions {

  @Option(names = "--max-tokens", paramLabel = "N", converter = Values.Count.class)
  private int maxTokens = 128;

  @Option(names = "--stop", paramLabel = "TEXT", converter = Values.StopText.class)
  private List<String> stop = new ArrayList<>();

  @Option(names = "--truncate", paramLabel = "none|left", converter = Values.TruncateName.class)
  private String truncate = "none";

  boolean hasStop() {
    return !stop.isEmpty();
  }

  Sampling apply(Sampling sampling) {
    return sampling
        .maxTokens(maxTokens)
        .stop(stop)
        .truncate(truncate.equals("left") ? Truncate.LEFT : Truncate.NONE);
  }
}
