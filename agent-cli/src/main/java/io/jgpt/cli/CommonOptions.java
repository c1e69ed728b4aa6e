package io.jgpt.cli;

import picocli.CommandLine.Option;

/** What every command takes. */
@SuppressWarnings("UnusedVariable") // read before parsing, or by picocli, as said at each
final class CommonOptions {

  @Option(names = "--quiet")
  private boolean quiet;

  /** Read from the arguments by {@link Failures}, which must know it even if parsing fails. */
  @Option(names = "--debug")
  private boolean debug;

  /** Read from the arguments by {@link Language#choose}, before parsing. */
  @Option(names = "--lang", paramLabel = "en|zh", converter = Values.LanguageName.class)
  private String language;

  /** Picocli shows the help instead of calling the command. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true)
  private boolean help;

  /**
   * Lets status be shown on a terminal, unless that is not wanted.
   *
   * @throws CliException if {@code JGPT_LANG} names no language, which {@link Language#choose}
   *     could not tell
   */
  void apply(Invocation invocation) {
    invocation.settings().get("JGPT_LANG", new Values.LanguageName(), invocation.messages());
    if (!quiet) {
      invocation.diagnostics().showStatus();
    }
  }
}
