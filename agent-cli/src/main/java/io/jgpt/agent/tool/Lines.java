package io.jgpt.agent.tool;

/** Text files are lines, each ended by a line feed. */
final class Lines {

  private Lines() {}

  /** The text with its last line ended; nothing stays nothing. */
  static String ended(String text) {
    return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
  }
}
