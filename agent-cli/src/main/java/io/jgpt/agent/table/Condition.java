package io.jgpt.agent.table;

import io.jgpt.agent.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a row must be like: {@code status = open}, {@code amount >= 100 and city != "Bath and
 * Wells"}. Numbers are compared by their value and days by their order; an empty cell is neither
 * above nor below anything.
 */
record Condition(Table table, int column, Sign sign, String value) {

  /** How two values compare. */
  enum Sign {
    EQUAL("="),
    UNEQUAL("!="),
    LESS("<"),
    AT_MOST("<="),
    GREATER(">"),
    AT_LEAST(">=");

    private final String text;

    Sign(String text) {
      this.text = text;
    }

    private static Sign of(String text) {
      for (Sign sign : values()) {
        if (sign.text.equals(text)) {
          return sign;
        }
      }
      throw new IllegalArgumentException(text);
    }

    private boolean holds(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case UNEQUAL -> order != 0;
        case LESS -> order < 0;
        case AT_MOST -> order <= 0;
        case GREATER -> order > 0;
        case AT_LEAST -> order >= 0;
      };
    }
  }

  /** One condition, up to the next. The value may be in quotes. */
  private static final Pattern NEXT =
      Pattern.compile(
          "\\s*([^=!<>\"]+?)\\s*(<=|>=|!=|=|<|>)\\s*(?:\"([^\"]*)\"|([^\"=!<>]*?))\\s*"
              + "(?:$|(?<=\\s|\")(?:and|且|并且)(?=\\s))");

  /** All conditions of a text; a row must fit each. */
  static List<Condition> read(Table table, String text) throws ToolException {
    List<Condition> conditions = new ArrayList<>();
    Matcher next = NEXT.matcher(text);
    int at = 0;
    do {
      if (!next.find() || next.start() != at) {
        throw new ToolException(
            "where is " + text + "; it must be like status = open and amount >= 100");
      }
      String value = next.group(3) == null ? next.group(4) : next.group(3);
      conditions.add(
          new Condition(table, table.column(next.group(1)), Sign.of(next.group(2)), value));
      at = next.end();
    } while (at < text.length());
    return conditions;
  }

  /**
   * Whether a row fits.
   *
   * @throws ToolException if the values cannot be compared so
   */
  boolean fits(Table.Row row) throws ToolException {
    String cell = row.cells().get(column);
    Optional<Integer> order =
        Cell.order(Cell.of(cell, table.separator()), Cell.of(value, table.separator()));
    if (order.isPresent()) {
      return sign.holds(order.get());
    }
    return switch (sign) {
      case EQUAL -> cell.equals(value);
      case UNEQUAL -> !cell.equals(value);
      default -> {
        if (!cell.isEmpty()) {
          throw new ToolException(
              "%s line %s: %s is \"%s\", which cannot be compared with %s"
                  .formatted(table.file(), row.line(), table.header().get(column), cell, value));
        }
        yield false;
      }
    };
  }
}
