package io.jgpt.cli;

import picocli.CommandLine.Option;

/** In which form a result is told. */
final class ReportOptions {

  @Option(names = "--json")
  private boolean json;

  @Option(names = "--stats")
  private boolean stats;

  boolean isJson() {
    return json;
  }

  boolean isStats() {
    return stats;
  }
}
