package io.jgpt.agent.table;

import io.jgpt.agent.tool.Arguments;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Workspace;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Counts on the rows of a table. Sums are exact; an average that is no finite decimal is rounded to
 * {@value #DIGITS} significant digits. Empty cells do not count.
 */
public final class Tabulate implements Tool {

  static final int DIGITS = 20;
  private static final int MOST_ROWS = 50;

  private static final ToolSpec SPEC =
      new ToolSpec(
          "table",
          "Counts, adds up or shows rows of a CSV file",
          List.of(
              Parameter.required("path", Parameter.Kind.PATH, "of the file"),
              Parameter.required(
                  "what",
                  Parameter.Kind.LABEL,
                  "columns, rows, count, sum, average, least or greatest"),
              Parameter.optional(
                  "column", Parameter.Kind.LABEL, "by its name; needed from sum onwards"),
              Parameter.optional(
                  "where",
                  Parameter.Kind.QUERY,
                  "only these rows: status = open and amount >= 100"),
              Parameter.optional(
                  "by", Parameter.Kind.LABEL, "a column: one result for each of its values")),
          Effect.READS);

  /** What is to be done with the rows. */
  private enum What {
    COLUMNS,
    ROWS,
    COUNT,
    SUM,
    AVERAGE,
    LEAST,
    GREATEST
  }

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    What what = what(arguments.text("what"));
    Table table = table(arguments.text("path"), context);
    Optional<Integer> column = column(table, arguments.optional("column"));
    Optional<Integer> by = column(table, arguments.optional("by"));
    List<Table.Row> rows = rows(table, arguments.optional("where"));
    if (what == What.COLUMNS) {
      return ToolResult.of(String.join(", ", table.header()) + "\n" + rows.size() + " rows");
    }
    if (what == What.ROWS) {
      return ToolResult.of(shown(table, rows, column));
    }
    if (by.isEmpty()) {
      return ToolResult.of(result(what, table, rows, column));
    }
    Map<String, List<Table.Row>> groups =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.cells().get(by.get()), LinkedHashMap::new, Collectors.toList()));
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, List<Table.Row>> group : groups.entrySet()) {
      lines.add(group.getKey() + ": " + result(what, table, group.getValue(), column));
    }
    return ToolResult.of(lines.isEmpty() ? "no rows" : String.join("\n", lines));
  }

  private static What what(String word) throws ToolException {
    for (What what : What.values()) {
      if (what.name().toLowerCase(Locale.ROOT).equals(word)) {
        return what;
      }
    }
    throw new ToolException(
        "what is " + word + "; it must be columns, rows, count, sum, average, least or greatest");
  }

  /** A part of a table would give a wrong sum, so there is a limit to what is read. */
  private static Table table(String path, ToolContext context) throws ToolException {
    int limit = context.limits().writtenBytes();
    Workspace.Content content = context.workspace().read(path, limit);
    if (content.cut()) {
      throw new ToolException(path + " has more than " + limit + " bytes");
    }
    return Table.read(path, content.text());
  }

  private static Optional<Integer> column(Table table, Optional<String> name) throws ToolException {
    return name.isEmpty() ? Optional.empty() : Optional.of(table.column(name.get()));
  }

  private static List<Table.Row> rows(Table table, Optional<String> where) throws ToolException {
    if (where.isEmpty()) {
      return table.rows();
    }
    List<Condition> conditions = Condition.read(table, where.get());
    List<Table.Row> fitting = new ArrayList<>();
    for (Table.Row row : table.rows()) {
      boolean fits = true;
      for (Condition condition : conditions) {
        fits = fits && condition.fits(row);
      }
      if (fits) {
        fitting.add(row);
      }
    }
    return fitting;
  }

  private static String shown(Table table, List<Table.Row> rows, Optional<Integer> column) {
    List<String> lines = new ArrayList<>();
    if (column.isEmpty()) {
      lines.add(String.join(", ", table.header()));
    }
    for (Table.Row row : rows.subList(0, Math.min(rows.size(), MOST_ROWS))) {
      lines.add(column.map(row.cells()::get).orElseGet(() -> String.join(", ", row.cells())));
    }
    if (rows.size() > MOST_ROWS) {
      lines.add("[" + (rows.size() - MOST_ROWS) + " more]");
    }
    return rows.isEmpty() ? "no rows" : String.join("\n", lines);
  }

  private static String result(
      What what, Table table, List<Table.Row> rows, Optional<Integer> column) throws ToolException {
    if (what == What.COUNT) {
      return Long.toString(
          rows.stream()
              .filter(r -> column.isEmpty() || !r.cells().get(column.get()).isEmpty())
              .count());
    }
    int at = column.orElseThrow(() -> new ToolException("which column? " + hint(table)));
    return switch (what) {
      case LEAST -> extreme(table, rows, at, -1);
      case GREATEST -> extreme(table, rows, at, 1);
      case AVERAGE -> average(table, numbers(table, rows, at), at);
      default ->
          numbers(table, rows, at).stream()
              .reduce(BigDecimal.ZERO, BigDecimal::add)
              .toPlainString();
    };
  }

  private static String hint(Table table) {
    return table.file() + " has " + String.join(", ", table.header());
  }

  private static List<BigDecimal> numbers(Table table, List<Table.Row> rows, int column)
      throws ToolException {
    List<BigDecimal> numbers = new ArrayList<>();
    for (Table.Row row : rows) {
      String cell = row.cells().get(column);
      switch (Cell.of(cell, table.separator())) {
        case Cell.Amount number -> numbers.add(number.value());
        case Cell other when cell.isEmpty() -> {}
        case Cell other -> throw notA(table, row, column, "number");
      }
    }
    return numbers;
  }

  private static String average(Table table, List<BigDecimal> numbers, int column)
      throws ToolException {
    if (numbers.isEmpty()) {
      throw nothing(table, column);
    }
    BigDecimal sum = numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal average = sum.divide(BigDecimal.valueOf(numbers.size()), new MathContext(DIGITS));
    return average.stripTrailingZeros().toPlainString();
  }

  /** The cell, as it is written, that no other is below (or above, if the direction is 1). */
  private static String extreme(Table table, List<Table.Row> rows, int column, int direction)
      throws ToolException {
    String most = "";
    for (Table.Row row : rows) {
      String cell = row.cells().get(column);
      if (cell.isEmpty()) {
        continue;
      }
      String before = most.isEmpty() ? cell : most;
      int order =
          Cell.order(Cell.of(cell, table.separator()), Cell.of(before, table.separator()))
              .orElseThrow(() -> notA(table, row, column, "number or day like the others"));
      most = order * direction > 0 ? cell : before;
    }
    if (most.isEmpty()) {
      throw nothing(table, column);
    }
    return most;
  }

  private static ToolException notA(Table table, Table.Row row, int column, String what) {
    return new ToolException(
        "%s line %s: %s is \"%s\", which is no %s"
            .formatted(
                table.file(),
                row.line(),
                table.header().get(column),
                row.cells().get(column),
                what));
  }

  private static ToolException nothing(Table table, int column) {
    return new ToolException("no row has a " + table.header().get(column));
  }
}
