package io.jgpt.agent.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

/** What a clause asks to be worked out: days, arithmetic, units. */
final class Computations {

  private static final String NUMBER = "([+-]?\\d[\\d,]*(?:\\.\\d+)?)";
  private static final String WORDS = "([\\p{L}°²³/]+(?: per [a-z]+)?)";
  private static final Wording CONVERT =
      Wording.of(
          NUMBER
              + "\\s*"
              + WORDS
              + "\\s+(?:is |are |make |makes )?(?:to|in|into|as)\\s+"
              + WORDS
              + "|how (?:many|much) "
              + WORDS
              + " (?:is |are |there are |there is |in |do |does )*"
              + NUMBER
              + "\\s*"
              + WORDS
              + "|"
              + NUMBER
              + "\\s*([\\p{L}°²³/]+?)(?:换算|转换|转|换|折合|等于|是|合|有)(?:成|为|了)?(?:多少)?"
              + "([\\p{L}°²³/]+?)(?=[写存记保并加，。]|$|\\s)");
  private static final Wording UNTIL =
      Wording.of(
          "\\bdays (?:are left |are there |left )?(?:until|till|to|before) (.+)"
              + "|(?:到|距离?|离)(.+?)(?:还有|有)(?:多少|几)天");
  private static final Wording DAY =
      Wording.of(
          "\\b(the day after tomorrow|the day before yesterday|tomorrow|yesterday"
              + "|(?:next|last|this) (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|month|year)"
              + "|in \\d+ \\w+|\\d+ (?:days?|weeks?|months?|years?) (?:from now|ago|later)"
              + "|\\d{4}-\\d{2}-\\d{2})\\b"
              + "|(大?后天|明天|大?前天|昨天|[上下这]*个?(?:周|星期|礼拜)[一二三四五六日天]"
              + "|\\d+(?:天|周|个月|年)(?:后|前|以后|之前|以前)|\\d+月\\d+[日号])");
  private static final Wording DATE =
      Wording.of("\\b(?:date|today|weekday|what day|time)\\b|今天|日期|几号|星期几|周几|几点|时间");
  private static final Wording EXPRESSION =
      Wording.of(
          "[(\\d][\\d\\s.,()]*(?:(?:[-+*/^×÷%]|plus|minus|times|divided by|乘以?|加上?|减去?|除以|% of)"
              + "\\s*[(\\d][\\d\\s.,()]*%?)+");
  private static final Wording SUM = Wording.of(NUMBER + "\\s*(?:and|和|与)\\s*" + NUMBER + "(?:的和)");

  private Computations() {}

  /** Whether it names a date or a time, even if it asks for none. */
  static boolean isAboutDate(String clause) {
    return DATE.isIn(clause);
  }

  /** The calls, all of one tool; none if the clause asks for nothing of the kind. */
  static List<Route> of(String clause) {
    Optional<String> until = UNTIL.first(clause);
    if (until.isPresent()) {
      boolean chinese = clause.codePoints().anyMatch(Character::isIdeographic);
      return List.of(new Route("date", "offset", (chinese ? "到" : "until ") + until.get()));
    }
    Optional<String> day = DAY.first(clause);
    if (day.isPresent()) {
      return List.of(new Route("date", "offset", day.get()));
    }
    List<Route> calculations = calculations(clause);
    if (!calculations.isEmpty()) {
      return calculations;
    }
    Matcher convert = CONVERT.matcher(clause);
    if (convert.find()) {
      return List.of(conversion(convert));
    }
    return isAboutDate(clause) ? List.of(new Route("date")) : List.of();
  }

  private static List<Route> calculations(String clause) {
    List<Route> calculations = new ArrayList<>();
    Matcher expression = EXPRESSION.matcher(clause);
    while (expression.find()) {
      calculations.add(new Route("calculate", "expression", expression.group().strip()));
    }
    Matcher sum = SUM.matcher(clause);
    if (calculations.isEmpty() && sum.find()) {
      calculations.add(new Route("calculate", "expression", sum.group(1) + "+" + sum.group(2)));
    }
    return calculations;
  }

  /** The amount, its unit and the other one: in this order but for {@code how many km is 3 mi}. */
  private static Route conversion(Matcher convert) {
    int amount = convert.group(1) != null ? 1 : convert.group(5) != null ? 5 : 7;
    int to = amount == 5 ? 4 : amount + 2;
    return new Route(
        "convert",
        "amount",
        convert.group(amount),
        "from",
        convert.group(amount + 1),
        "to",
        convert.group(to));
  }
}
