package io.jgpt.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** A table in plain text whose columns align in any language. */
public final class TextTable {

  /** Where a column's text stands. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private static final String GAP = "  ";

  private final List<Align> alignment;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(Align... alignment) {
    this.alignment = List.of(alignment);
  }

  /** Adds a row, or the header as the first one; control characters are made visible. */
  public TextTable row(Object... cells) {
    if (cells.length != alignment.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + alignment.size());
    }
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(SafeText.onOneLine(cell.toString()));
    }
    rows.add(row);
    return this;
  }

  /** The rows, each ended by a newline, without blanks at the end. */
  public String render() {
    int[] widths = new int[alignment.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], DisplayWidth.of(row.get(i)));
      }
    }
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        String blanks = " ".repeat(widths[i] - DisplayWidth.of(cell));
        line.append(i == 0 ? "" : GAP);
        line.append(alignment.get(i) == Align.LEFT ? cell + blanks : blanks + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
