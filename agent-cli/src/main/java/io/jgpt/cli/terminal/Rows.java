package io.jgpt.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Text of somebody else in rows of a terminal, each behind a mark: where the terminal broke a long
 * line itself, what follows would begin a row, and could pose as something that jgpt says.
 */
public final class Rows {

  /** Begins every row but the first. */
  public static final String MARK = "  | ";

  /** A terminal narrower than this breaks rows itself. */
  private static final int NARROWEST = 16;

  private Rows() {}

  /**
   * The rows of a text.
   *
   * @param first begins the first row
   * @param text its lines begin rows of their own; made safe to show
   * @param columns of the terminal
   */
  public static List<String> of(String first, String text, int columns) {
    int width = Math.max(columns, NARROWEST) - 1; // the last column makes some terminals wrap
    List<String> rows = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String rest = SafeText.onOneLine(line.replace("\t", "    "));
      do {
        String mark = rows.isEmpty() ? first : MARK;
        String row = row(rest, Math.max(width - DisplayWidth.of(mark), NARROWEST / 2));
        rows.add(mark + row);
        rest = rest.substring(row.length());
      } while (!rest.isEmpty());
    }
    return rows;
  }

  /** What fits, up to the last blank if that is not far; all of it is shown, blanks too. */
  private static String row(String text, int columns) {
    String fits = DisplayWidth.fit(text, columns);
    if (fits.length() == text.length()) {
      return text;
    }
    int blank = fits.lastIndexOf(' ') + 1;
    return blank > fits.length() / 2 ? fits.substring(0, blank) : fits;
  }
}
