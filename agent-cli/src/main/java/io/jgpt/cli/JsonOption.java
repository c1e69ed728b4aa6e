package io.jgpt.cli;

import picocli.CommandLine.Option;

/** For commands whose only other form is JSON. */
final class JsonOption {

  @Option(names = "--json")
  private boolean json;

  boolean isJson() {
    return json;
  }
}
