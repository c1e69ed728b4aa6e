package io.jgpt.agent.table;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a cell is worth where cells are counted with or compared. */
sealed interface Cell {

  /** Exactly as it was written. */
  record Amount(BigDecimal value) implements Cell {}

  /** A day, as {@code 2026-05-01}. */
  record Day(LocalDate value) implements Cell {}

  /** Anything else. */
  record Text(String value) implements Cell {}

  /** With or without commas between thousands; money has its sign before it. */
  Pattern NUMBER =
      Pattern.compile("[+-]?[$€£¥￥]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,60})(?:\\.[0-9]{1,60})?");

  /**
   * The worth of a text.
   *
   * @param separator of the table: where it is a semicolon, a comma may stand for a decimal point,
   *     so a number with one is none
   */
  static Cell of(String text, char separator) {
    return number(text, separator)
        .<Cell>map(Amount::new)
        .or(() -> day(text).map(Day::new))
        .orElseGet(() -> new Text(text));
  }

  private static Optional<BigDecimal> number(String text, char separator) {
    boolean ambiguous = separator == ';' && text.contains(",");
    return !ambiguous && text.length() <= 100 && NUMBER.matcher(text).matches()
        ? Optional.of(new BigDecimal(text.replaceAll("[$€£¥￥,]", "")))
        : Optional.empty();
  }

  private static Optional<LocalDate> day(String text) {
    try {
      return Optional.of(LocalDate.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Which of two is greater, as {@link Comparable}; nothing where that means nothing. */
  static Optional<Integer> order(Cell a, Cell b) {
    if (a instanceof Amount x && b instanceof Amount y) {
      return Optional.of(x.value.compareTo(y.value));
    }
    if (a instanceof Day x && b instanceof Day y) {
      return Optional.of(x.value.compareTo(y.value));
    }
    return Optional.empty();
  }
}
