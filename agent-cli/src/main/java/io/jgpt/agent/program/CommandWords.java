package io.jgpt.agent.program;

import io.jgpt.agent.tool.ToolException;
import java.util.ArrayList;
import java.util.List;

/**
 * A command as it is written, in words. There is no shell: blanks separate, quotes of either kind
 * keep what stands between them as it is, and what only a shell would understand is an error rather
 * than a letter, so that nobody takes one for the other.
 *
 * <pre>
 * grep -n 'two words' notes.txt     grep, -n, two words, notes.txt
 * ls; rm -rf .                      error
 * </pre>
 */
final class CommandWords {

  /** Means something to a shell where it is not quoted. */
  private static final String SHELL = ";&|<>(){}[]*?!#~`$\\";

  /** Means something to a shell even between double quotes. */
  private static final String EXPANDED = "`$\\";

  private CommandWords() {}

  /**
   * The words, at least one.
   *
   * @throws ToolException if it is written for a shell, or a quote is not closed
   */
  static List<String> split(String command) throws ToolException {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (Character.isISOControl(c) || (quote == 0 ? SHELL : EXPANDED).indexOf(c) >= 0) {
        throw new ToolException("there is no shell, and " + c + " is for one: " + command);
      }
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && c == ' ') {
        if (word != null) {
          words.add(word.toString());
        }
        word = null;
      } else {
        word = word == null ? new StringBuilder() : word;
        if (quote == 0 && (c == '\'' || c == '"')) {
          quote = c;
        } else {
          word.append(c);
        }
      }
    }
    if (quote != 0) {
      throw new ToolException("a quote is not closed: " + command);
    }
    if (word != null) {
      words.add(word.toString());
    }
    if (words.isEmpty()) {
      throw new ToolException("the command is empty");
    }
    return List.copyOf(words);
  }
}
