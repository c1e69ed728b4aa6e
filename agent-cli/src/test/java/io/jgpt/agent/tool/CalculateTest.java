package io.jgpt.agent.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalculateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          17*23                        | 391
          91/7                         | 13
          1/3                          | 0.33333333333333333333
          2/3                          | 0.66666666666666666667
          1/3*3                        | 1
          0.1+0.2                      | 0.3
          1/8                          | 0.125
          2^100                        | 1267650600228229401496703205376
          -2^2                         | -4
          2^-2                         | 0.25
          2^3^2                        | 512
          (-1)^1000001                 | -1
          0^0                          | 1
          7-10                         | -3
          1,234,567+1                  | 1234568
          1.5e3                        | 1500
          2(3                          | error: not arithmetic at (
          (3+4)*5                      | 35
          17 % 5                       | 2
          -1 mod 5                     | 4
          15% of 80                    | 12
          20%                          | 0.2
          sqrt(144)                    | 12
          sqrt 2                       | 1.4142135623730950488
          the square root of 0.25      | 0.5
          12 plus 30                   | 42
          12 times 3                   | 36
          100 divided by 8             | 12.5
          9 squared                    | 81
          2 to the power of 10         | 1024
          the sum of 3, 4 and 5        | 12
          product of 6 and 7           | 42
          half of 90                   | 45
          average of 2 and 4           | 3
          17×23                        | 391
          １７＋２３                   | 40
          3²+4²                        | 25
          84÷4                         | 21
          17乘以23                     | 391
          100 除以 8                   | 12.5
          12加30                       | 42
          50减8                        | 42
          9的平方                      | 81
          144的平方根                  | 12
          2的10次方                    | 1024
          12和30的和                   | 42
          6 与 7 的积                  | 42
          17*23=?                      | 391
          5 x 6                        | 30
          """)
  void isExact(String expression, String value) {
    assertEquals(value, Contexts.call("calculate", expression));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          9^9^9                        | error: the number is too large
          10^400                       | error: the number is too large
          (2^4000)^2                   | error: the number is too large
          1e999                        | error: the number is too large
          2^0.5                        | error: the exponent is not a whole number
          1/0                          | error: division by zero
          0^-1                         | error: division by zero
          1/10^300                     | error: the number is too small
          sqrt(-1)                     | error: square root of a negative number
          17*                          | error: the expression ends too early
          (17                          | error: a parenthesis is not closed
          17 23                        | error: not arithmetic at 23
          System.exit(1)               | error: not arithmetic: System.exit(1)
          import os                    | error: not arithmetic: import os
          """)
  void refusesWithTheReason(String expression, String error) {
    assertEquals(error, Contexts.call("calculate", expression));
  }

  @Test
  void depthIsBounded() {
    String deep = "(".repeat(200) + "1" + ")".repeat(200);
    assertEquals("error: more than 64 levels deep", Contexts.call("calculate", deep));
    assertEquals(
        "error: more than 64 levels deep", Contexts.call("calculate", "-".repeat(200) + "1"));
    assertEquals(
        "error: more than 64 levels deep", Contexts.call("calculate", "2^".repeat(200) + "1"));
    assertEquals("1", Contexts.call("calculate", "(".repeat(30) + "1" + ")".repeat(30)));
  }

  @Test
  void lengthIsBounded() {
    assertEquals(
        "error: calculate: expression has 501 characters, at most 500",
        Contexts.call("calculate", "1".repeat(501)));
    // Long enough to hang a pattern that backtracks over its blanks or its digit groups.
    assertEquals(
        "error: not arithmetic: !", Contexts.call("calculate", "1" + " ".repeat(400) + "!"));
    assertEquals("error: not arithmetic: !", Contexts.call("calculate", "1,111".repeat(80) + "!"));
  }
}
