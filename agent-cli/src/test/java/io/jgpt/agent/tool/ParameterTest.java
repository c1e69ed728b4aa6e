package io.jgpt.agent.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.tool.Parameter.Kind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What values of a kind are, against the tools that take them. */
class ParameterTest {

  /** What values are made of, and what is none. */
  private static final Map<Kind, List<String>> FRAGMENTS =
      Map.of(
          Kind.NUMBER,
          List.of("1", "23", "1,200", ".5", "-", "+", "−", "１２", "，", " ", "e3", "x", "²"),
          Kind.EXPRESSION,
          List.of(
              "1", "20", "3.5", "*", "-", "（", ")", "^", "%", " ", "of", " and ", "和", "的和",
              "sum of", "²", "the ", "squared", "除以", "的平方根", "=", "?", "to", "写", "…", "percent",
              "是多少"),
          Kind.UNIT,
          List.of(
              "k", "m", "km", "公里", "/", "h", " ", "square", "feet", "s", ".", "㎞", "°", "C",
              "degrees"),
          Kind.DATE,
          List.of(
              "until",
              " ",
              "the ",
              "day after ",
              "tomorrow",
              "in ",
              "3",
              "天",
              "后",
              "个月",
              "next ",
              "Friday",
              "2027-01-01",
              "到",
              "5月",
              "1日",
              "ago",
              "xyz ",
              "days ",
              "。"));

  /** What a tool says of a value that it can read. */
  private static final Pattern READ =
      Pattern.compile(
          "(?!error).*|error: (division by zero|the number is too .*|the exponent .*"
              + "|square root of .*|farther than .*|not a day: .*\\d.*)");

  /** What the tool that takes a value of that kind says. */
  private static String told(Kind kind, String value) {
    return switch (kind) {
      case NUMBER -> Contexts.call("convert", value, "km", "m");
      case EXPRESSION -> Contexts.call("calculate", value);
      case UNIT -> Contexts.call("convert", "1", value, value);
      case DATE -> Contexts.call("date", value);
      default -> throw new IllegalArgumentException(kind.toString());
    };
  }

  private static String text(Kind kind, Random random) {
    List<String> fragments = FRAGMENTS.get(kind);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(7); i >= 0; i--) {
      text.append(fragments.get(random.nextInt(fragments.size())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource(names = {"NUMBER", "EXPRESSION", "UNIT", "DATE"})
  void isAcceptedIfItsToolReadsIt(Kind kind) {
    var random = new Random(5);
    int accepted = 0;
    for (int i = 0; i < 4_000; i++) {
      String value = text(kind, random);
      boolean accepts = kind.accepts(value);
      if (!value.isBlank()) {
        String told = told(kind, value);
        // A day that does not exist is told as one that is none.
        boolean read = READ.matcher(told).matches();
        assertTrue(accepts == read || (kind == Kind.DATE && read), () -> value + ": " + told);
      }
      accepted += accepts ? 1 : 0;
    }
    assertTrue(accepted > 50, kind + ": " + accepted);
  }

  @ParameterizedTest
  @EnumSource(names = {"NUMBER", "EXPRESSION", "UNIT", "DATE"})
  void noneThatATextBeginsWithIsLongerThanItsReach(Kind kind) {
    var random = new Random(6);
    int accepted = 0;
    for (int i = 0; i < 4_000; i++) {
      String text = text(kind, random);
      int reach = kind.reach(text);
      for (int end = 1; end <= text.length(); end++) {
        String value = text.substring(0, end);
        if (kind.accepts(value) && value.equals(value.strip())) {
          assertTrue(end <= reach, () -> value + " of " + text + ": " + reach);
          accepted++;
        }
      }
    }
    assertTrue(accepted > 200, kind + ": " + accepted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "NUMBER; No hurry.; 0",
        "NUMBER; 3.5 km; 3",
        "EXPRESSION; tell me 17*23; 0",
        "EXPRESSION; 17*23 to a.txt; 6",
        "UNIT; zebra; 0",
        "DATE; 写明天; 0",
      })
  void mostOfATextNeedNotBeTried(Kind kind, String text, int reach) {
    assertEquals(reach, kind.reach(text));
  }

  @Test
  void whatMayBeAnythingIsAcceptedUpToItsLength() {
    assertTrue(Kind.PATH.accepts("../a.txt") && Kind.TEXT.accepts(""));
    assertEquals(Kind.QUERY.longest(), Kind.QUERY.reach("a".repeat(1000)));
  }
}
