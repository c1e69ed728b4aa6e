package io.jgpt.agent.table;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.jgpt.agent.tool.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table as a CSV file holds it: a header, and rows of as many cells.
 *
 * @param file its name, for messages
 * @param separator of its cells: a comma, a semicolon or a tabulator
 */
record Table(String file, char separator, List<String> header, List<Row> rows) {

  private static final List<Character> SEPARATORS = List.of(',', ';', '\t');

  /**
   * A row.
   *
   * @param line where it begins, counted from 1
   */
  record Row(long line, List<String> cells) {}

  /**
   * Reads a table.
   *
   * @throws ToolException if the rows are not as long as the header, or quotes do not end
   */
  static Table read(String file, String text) throws ToolException {
    char separator = separator(text);
    List<Row> rows = new ArrayList<>();
    try (CsvReader<CsvRecord> csv =
        CsvReader.builder().fieldSeparator(separator).allowUnclosedQuote(false).ofCsvRecord(text)) {
      for (CsvRecord row : csv) {
        rows.add(
            new Row(
                row.getStartingLineNumber(), row.getFields().stream().map(String::strip).toList()));
      }
    } catch (CsvParseException e) {
      throw new ToolException(file + " is no table: " + reason(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no I/O takes place
    }
    if (rows.isEmpty()) {
      throw new ToolException(file + " is empty");
    }
    return new Table(
        file, separator, rows.getFirst().cells, List.copyOf(rows.subList(1, rows.size())));
  }

  private static String reason(CsvParseException e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  /** That which the header has most of, outside quotes. */
  private static char separator(String text) {
    int[] found = new int[SEPARATORS.size()];
    boolean quoted = false;
    for (int i = 0; i < text.length() && (quoted || text.charAt(i) != '\n'); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (!quoted && SEPARATORS.contains(c)) {
        found[SEPARATORS.indexOf(c)]++;
      }
    }
    int most = 0;
    for (int i = 1; i < found.length; i++) {
      most = found[i] > found[most] ? i : most;
    }
    return SEPARATORS.get(most);
  }

  /**
   * The place of a column: by its very name, else by its name in other letters of the same.
   *
   * @throws ToolException if there is none, or there are two
   */
  int column(String name) throws ToolException {
    List<Integer> exact = new ArrayList<>();
    List<Integer> similar = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).equals(name)) {
        exact.add(i);
      }
      if (header.get(i).equalsIgnoreCase(name)) {
        similar.add(i);
      }
    }
    List<Integer> found = exact.isEmpty() ? similar : exact;
    return switch (found.size()) {
      case 0 ->
          throw new ToolException(
              file + " has no column " + name + "; it has " + String.join(", ", header));
      case 1 -> found.getFirst();
      default -> throw new ToolException(file + " has two columns " + name);
    };
  }
}
