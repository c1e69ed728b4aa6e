package io.jgpt.agent.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TellDateTest {

  @Test
  void withoutAnOffsetItIsNow() {
    assertEquals("2026-11-24 Tuesday 11:42", Contexts.call("date"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          today                 | 2026-11-24 Tuesday
          Tomorrow              | 2026-11-25 Wednesday
          yesterday             | 2026-11-23 Monday
          the day after tomorrow| 2026-11-26 Thursday
          +3 days               | 2026-11-27 Friday
          -1 week               | 2026-11-17 Tuesday
          in 10 days            | 2026-12-04 Friday
          in a week             | 2026-12-01 Tuesday
          two weeks from now    | 2026-12-08 Tuesday
          3 months ago          | 2026-08-24 Monday
          100 days later        | 2027-03-04 Thursday
          next Friday           | 2026-12-04 Friday
          Friday                | 2026-11-27 Friday
          this friday           | 2026-11-27 Friday
          last monday           | 2026-11-16 Monday
          next month            | 2026-12-24 Thursday
          2026-05-01            | 2026-05-01 Friday
          2028/2/29             | 2028-02-29 Tuesday
          今天                  | 2026-11-24 Tuesday
          后天                  | 2026-11-26 Thursday
          3天后                 | 2026-11-27 Friday
          三天后                | 2026-11-27 Friday
          两周之后              | 2026-12-08 Tuesday
          5 个月前              | 2026-06-24 Wednesday
          下周一                | 2026-11-30 Monday
          星期日                | 2026-11-29 Sunday
          上星期五              | 2026-11-20 Friday
          2027年1月1日          | 2027-01-01 Friday
          5月1日                | 2027-05-01 Saturday
          until 2026-12-25      | 31
          until tomorrow        | 1
          距离2027年1月1日      | 38
          """)
  void findsTheDay(String offset, String day) {
    assertEquals(day, Contexts.call("date", offset));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-02-30            | error: not a day: 2026-02-30
          someday               | error: not a day: someday
          in 999999 days        | error: farther than 100000: 999999
          xyz days ago          | error: not a number: xyz
          """)
  void refusesWithTheReason(String offset, String error) {
    assertEquals(error, Contexts.call("date", offset));
  }
}
