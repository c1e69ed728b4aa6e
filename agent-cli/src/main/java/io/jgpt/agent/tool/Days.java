package io.jgpt.agent.tool;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Days as people name them, in English and Chinese, counted from today. */
final class Days {

  /** A day as it was named. */
  @FunctionalInterface
  interface Day {
    /**
     * The date of it.
     *
     * @throws ToolException if it is too far away
     * @throws DateTimeException if there is no such day
     */
    LocalDate date(LocalDate today) throws ToolException;
  }

  private static final Map<String, Integer> NAMED =
      Map.ofEntries(
          Map.entry("today", 0),
          Map.entry("now", 0),
          Map.entry("tomorrow", 1),
          Map.entry("yesterday", -1),
          Map.entry("day after tomorrow", 2),
          Map.entry("day before yesterday", -2),
          Map.entry("今天", 0),
          Map.entry("今日", 0),
          Map.entry("现在", 0),
          Map.entry("明天", 1),
          Map.entry("明日", 1),
          Map.entry("后天", 2),
          Map.entry("大后天", 3),
          Map.entry("昨天", -1),
          Map.entry("昨日", -1),
          Map.entry("前天", -2),
          Map.entry("大前天", -3));

  private static final Map<String, ChronoUnit> UNITS =
      Map.ofEntries(
          Map.entry("day", ChronoUnit.DAYS),
          Map.entry("week", ChronoUnit.WEEKS),
          Map.entry("month", ChronoUnit.MONTHS),
          Map.entry("year", ChronoUnit.YEARS),
          Map.entry("天", ChronoUnit.DAYS),
          Map.entry("日", ChronoUnit.DAYS),
          Map.entry("周", ChronoUnit.WEEKS),
          Map.entry("星期", ChronoUnit.WEEKS),
          Map.entry("礼拜", ChronoUnit.WEEKS),
          Map.entry("月", ChronoUnit.MONTHS),
          Map.entry("年", ChronoUnit.YEARS));

  private static final List<String> ENGLISH_NUMBERS =
      List.of(
          "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");
  private static final String CHINESE_NUMBERS = "零一二三四五六七八九十";
  private static final String WEEKDAYS = "一二三四五六";
  private static final int FARTHEST = 100_000;

  private static final String COUNT = "(\\d{1,6}|[a-z]{1,5}|[零一二两三四五六七八九十])";
  private static final String UNIT = "(day|week|month|year|天|日|周|星期|礼拜|月|年)s?";
  private static final Pattern SIGNED = Pattern.compile("([+-])\\s*(\\d{1,6})\\s*" + UNIT);
  private static final Pattern AHEAD = Pattern.compile("in " + COUNT + " " + UNIT);
  private static final Pattern COUNTED =
      Pattern.compile(
          COUNT
              + "\\s*个?"
              + UNIT
              + "\\s*(from now|from today|later|after|hence|ahead|ago|before|earlier|后|之后|以后|前|之前|以前)");
  private static final Pattern NEXT = Pattern.compile("(next|last|this|coming|on)? ?([a-z]+)");
  private static final Pattern CHINESE_WEEKDAY =
      Pattern.compile("(下下|下|上|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天])");
  private static final Pattern NEXT_UNIT =
      Pattern.compile("(next|last) (week|month|year)|(下|上)个?(周|星期|月)|(明|去)(年)");
  private static final Pattern ISO = Pattern.compile("(\\d{4})[-/.年](\\d{1,2})[-/.月](\\d{1,2})日?");
  private static final Pattern MONTH_DAY = Pattern.compile("(\\d{1,2})月(\\d{1,2})[日号]");

  /** Whatever a day is named with, and blanks. */
  private static final Pattern CHARACTERS =
      Pattern.compile(
          Stream.of(NAMED.keySet(), UNITS.keySet(), Set.of(CHINESE_NUMBERS + "两个后之以前下上本这明去号"))
              .flatMap(Set::stream)
              .collect(Collectors.joining("", "[-+/.\\s0-9a-z", "]*")),
          Pattern.CASE_INSENSITIVE);

  private Days() {}

  /**
   * The day that a text names.
   *
   * @throws ToolException if it names none, or one too far away
   */
  static LocalDate find(String text, LocalDate today) throws ToolException {
    try {
      return read(text).date(today);
    } catch (DateTimeException e) {
      throw new ToolException("not a day: " + text, e);
    }
  }

  /**
   * Reads the name of a day.
   *
   * @throws ToolException if it is none
   */
  static Day read(String text) throws ToolException {
    String day = text.strip().toLowerCase(Locale.ROOT).replaceFirst("^the ", "");
    Optional<Day> found = named(day);
    found = found.isPresent() ? found : counted(day);
    found = found.isPresent() ? found : weekday(day);
    found = found.isPresent() ? found : calendar(day);
    return found.orElseThrow(() -> new ToolException("not a day: " + text));
  }

  /** See {@link Form#reach}. */
  static int reach(String text) {
    Matcher characters = CHARACTERS.matcher(text);
    return characters.lookingAt() ? characters.end() : 0;
  }

  private static Optional<Day> named(String day) {
    return Optional.ofNullable(NAMED.get(day)).map(days -> today -> today.plusDays(days));
  }

  private static Optional<Day> counted(String day) throws ToolException {
    Matcher m = SIGNED.matcher(day);
    if (m.matches()) {
      return Optional.of(move(m.group(2), m.group(3), m.group(1).equals("+")));
    }
    m = AHEAD.matcher(day);
    if (m.matches()) {
      return Optional.of(move(m.group(1), m.group(2), true));
    }
    m = COUNTED.matcher(day);
    if (m.matches()) {
      boolean back = m.group(3).matches("ago|before|earlier|前|之前|以前");
      return Optional.of(move(m.group(1), m.group(2), !back));
    }
    m = NEXT_UNIT.matcher(day);
    if (m.matches()) {
      String which = m.group(1) != null ? m.group(1) : m.group(3) != null ? m.group(3) : m.group(5);
      String unit = m.group(2) != null ? m.group(2) : m.group(4) != null ? m.group(4) : m.group(6);
      return Optional.of(move("1", unit, which.matches("next|下|明")));
    }
    return Optional.empty();
  }

  private static Day move(String count, String unit, boolean ahead) throws ToolException {
    int n = number(count);
    return today -> {
      if (n > FARTHEST) {
        throw new ToolException("farther than " + FARTHEST + ": " + count);
      }
      return today.plus(ahead ? n : -n, UNITS.get(unit));
    };
  }

  private static int number(String count) throws ToolException {
    if (Character.isDigit(count.charAt(0))) {
      return Integer.parseInt(count);
    }
    if (count.equals("a") || count.equals("an")) {
      return 1;
    }
    int n = count.equals("两") ? 2 : ENGLISH_NUMBERS.indexOf(count);
    n = n < 0 ? CHINESE_NUMBERS.indexOf(count) : n;
    if (n < 0) {
      throw new ToolException("not a number: " + count);
    }
    return n;
  }

  /** Without a word before it the coming one; "next" and 下 are of the week after this one. */
  private static Optional<Day> weekday(String day) {
    Matcher m = CHINESE_WEEKDAY.matcher(day);
    if (m.matches()) {
      int index = WEEKDAYS.indexOf(m.group(2));
      DayOfWeek weekday = DayOfWeek.of(index < 0 ? 7 : index + 1);
      return Optional.of(
          switch (m.group(1)) {
            case null -> coming(weekday);
            case "下下" -> ofWeek(weekday, 2);
            case "下" -> ofWeek(weekday, 1);
            case "上" -> ofWeek(weekday, -1);
            default -> ofWeek(weekday, 0);
          });
    }
    m = NEXT.matcher(day);
    if (!m.matches()) {
      return Optional.empty();
    }
    for (DayOfWeek weekday : DayOfWeek.values()) {
      if (weekday.name().toLowerCase(Locale.ROOT).equals(m.group(2))) {
        return Optional.of(
            switch (m.group(1)) {
              case "next" -> ofWeek(weekday, 1);
              case "last" -> ofWeek(weekday, -1);
              case "this" -> ofWeek(weekday, 0);
              case null, default -> coming(weekday);
            });
      }
    }
    return Optional.empty();
  }

  private static Day coming(DayOfWeek weekday) {
    return today -> today.with(TemporalAdjusters.next(weekday));
  }

  private static Day ofWeek(DayOfWeek weekday, int weeks) {
    return today -> today.plusWeeks(weeks).with(weekday);
  }

  private static Optional<Day> calendar(String day) {
    Matcher iso = ISO.matcher(day);
    if (iso.matches()) {
      return Optional.of(
          today ->
              LocalDate.of(
                  Integer.parseInt(iso.group(1)),
                  Integer.parseInt(iso.group(2)),
                  Integer.parseInt(iso.group(3))));
    }
    Matcher m = MONTH_DAY.matcher(day);
    if (!m.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        today -> {
          LocalDate found =
              LocalDate.of(
                  today.getYear(), Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
          return found.isBefore(today) ? found.plusYears(1) : found;
        });
  }
}
