package io.jgpt.agent.tool;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the date and time, another day's date and weekday, or with {@code until} how many days off
 * it is.
 */
final class TellDate implements Tool {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd EEEE", Locale.ENGLISH);
  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd EEEE HH:mm", Locale.ENGLISH);
  private static final Pattern UNTIL = Pattern.compile("(?:until|till|到|距离?)\\s*(.+)");

  /** Of what the tool can be asked about. */
  static final Form FORM =
      new Form() {
        @Override
        public boolean fits(String text) {
          try {
            Days.read(day(text));
            return true;
          } catch (ToolException notDay) {
            return false;
          }
        }

        @Override
        public int reach(String text) {
          Matcher until = UNTIL.matcher(text);
          int begin = until.lookingAt() ? until.start(1) : 0;
          return begin + Days.reach(text.substring(begin));
        }
      };

  private static final ToolSpec SPEC =
      new ToolSpec(
          "date",
          "Tells the date, the weekday and the time",
          List.of(
              Parameter.optional(
                  "offset", Parameter.Kind.DATE, "such as tomorrow, 3天后 or until 2027-01-01")),
          Effect.NONE);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    LocalDateTime now = ZonedDateTime.now(context.clock()).toLocalDateTime();
    if (arguments.optional("offset").isEmpty()) {
      return ToolResult.of(DAY_AND_TIME.format(now));
    }
    String offset = arguments.text("offset");
    LocalDate today = now.toLocalDate();
    LocalDate day = Days.find(day(offset), today);
    return ToolResult.of(
        isUntil(offset) ? Long.toString(ChronoUnit.DAYS.between(today, day)) : DAY.format(day));
  }

  private static boolean isUntil(String offset) {
    return UNTIL.matcher(offset.strip()).matches();
  }

  /** Without what says that days are counted to it. */
  private static String day(String offset) {
    Matcher until = UNTIL.matcher(offset.strip());
    return until.matches() ? until.group(1) : offset.strip();
  }

  @Override
  public List<String> sources(String observation) {
    return List.of(observation);
  }
}
