package io.jgpt.cli.terminal;

import java.util.function.Consumer;

/**
 * A line on the terminal that tells what is going on and is gone when it is over. Never wider than
 * the terminal, since only one line can be taken back.
 */
public final class StatusLine {

  /** Back to the first column, and erase to the end of the line. */
  private static final String ERASE = "\r\u001B[K";

  private final Consumer<String> terminal;
  private final int columns;
  private String current = "";

  /**
   * @param terminal takes what is to be written, at once
   * @param columns of the terminal
   */
  public StatusLine(Consumer<String> terminal, int columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** A status that is never shown. */
  public static StatusLine silent() {
    return new StatusLine(text -> {}, 80);
  }

  /** Shows {@code text} in place of what was shown before. */
  public void show(String text) {
    String line = DisplayWidth.fit(SafeText.onOneLine(text), columns - 1);
    if (!line.equals(current)) {
      terminal.accept(ERASE + line);
      current = line;
    }
  }

  /** Shows the end of a text that grows, behind a label. */
  public void show(String label, CharSequence growing) {
    String text = growing.toString().strip();
    int room = columns - 1 - DisplayWidth.of(label);
    boolean fits = DisplayWidth.of(text) <= room;
    show(label + (fits ? text : "…" + DisplayWidth.fitEnd(text, room - 1)));
  }

  /** Takes the line back; nothing happens if none is shown. */
  public void clear() {
    if (!current.isEmpty()) {
      terminal.accept(ERASE);
      current = "";
    }
  }
}
