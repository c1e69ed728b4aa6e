package io.jgpt.agent.tool;

import java.util.ArrayList;
import java.util.List;

/**
 * Arithmetic as people write it: {@code 17*23}, {@code 15% of 80}, {@code 12 plus 30}, {@code 8
 * 的平方}, {@code the sum of 3 and 4}. Exact; recursive descent over {@link ArithmeticTokens}, of
 * bounded depth.
 *
 * <pre>
 * sum     = product { (+ | -) product }
 * product = signed { (* | / | mod) signed }
 * signed  = - signed | power
 * power   = postfix [ ^ signed ]
 * postfix = atom { % | squared | cubed }
 * atom    = NUMBER | ( sum ) | sqrt atom | FOLD product { , product }
 * </pre>
 */
final class Arithmetic {

  private static final int DEEPEST = 64;

  private final List<String> tokens;
  private int next;
  private int depth;

  private Arithmetic(List<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * The value of an expression.
   *
   * @throws ToolException if it is none, or its value is out of bounds
   */
  static Rational value(String expression) throws ToolException {
    try {
      return new Arithmetic(ArithmeticTokens.of(expression)).all();
    } catch (ArithmeticException e) {
      throw new ToolException(e.getMessage(), e);
    }
  }

  private Rational all() throws ToolException {
    Rational value = sum();
    // 12和30的和: what is done comes last.
    if (peek().equals(",")) {
      next = 0;
      value = listBeforeItsName();
    }
    if (next < tokens.size()) {
      throw unexpected();
    }
    return value;
  }

  private Rational listBeforeItsName() throws ToolException {
    Rational first = product();
    List<Rational> rest = rest();
    return folded(take(), first, rest);
  }

  private Rational sum() throws ToolException {
    descend();
    Rational value = product();
    while (true) {
      if (accept("+")) {
        value = value.plus(product());
      } else if (accept("-")) {
        value = value.minus(product());
      } else {
        depth--;
        return value;
      }
    }
  }

  private Rational product() throws ToolException {
    Rational value = signed();
    while (true) {
      if (accept("*")) {
        value = value.times(signed());
      } else if (accept("/")) {
        value = value.over(signed());
      } else if (accept("mod") || modulo()) {
        value = value.modulo(signed());
      } else {
        return value;
      }
    }
  }

  /** {@code 17 % 5}: a percent sign before a number is a remainder. */
  private boolean modulo() {
    return isOperandAfterNext() && accept("%");
  }

  private Rational signed() throws ToolException {
    descend();
    Rational value;
    if (accept("-")) {
      value = signed().negate();
    } else if (accept("+")) {
      value = signed();
    } else {
      Rational base = postfix();
      value = accept("^") ? base.power(signed()) : base;
    }
    depth--;
    return value;
  }

  private Rational postfix() throws ToolException {
    Rational value = atom();
    while (true) {
      if (!isOperandAfterNext() && accept("%")) {
        value = value.over(Rational.of(100));
      } else if (accept("squared")) {
        value = value.power(Rational.of(2));
      } else if (accept("cubed")) {
        value = value.power(Rational.of(3));
      } else if (accept("root")) {
        value = value.squareRoot();
      } else {
        return value;
      }
    }
  }

  private Rational atom() throws ToolException {
    String token = take();
    return switch (token) {
      case "(" -> {
        Rational value = sum();
        if (!accept(")")) {
          throw new ToolException("a parenthesis is not closed");
        }
        yield value;
      }
      case "sqrt" -> signed().squareRoot();
      case "half" -> signed().over(Rational.of(2));
      case "sum", "product", "difference", "quotient", "average" -> {
        Rational first = product();
        yield folded(token, first, rest());
      }
      default -> {
        if (!ArithmeticTokens.isNumber(token)) {
          next--;
          throw unexpected();
        }
        yield Rational.of(token);
      }
    };
  }

  /** {@code , b, c} and {@code , b and c}. */
  private List<Rational> rest() throws ToolException {
    List<Rational> rest = new ArrayList<>();
    while (accept(",")) {
      accept(",");
      rest.add(product());
    }
    return rest;
  }

  private Rational folded(String how, Rational first, List<Rational> rest) throws ToolException {
    if (rest.isEmpty()) {
      throw new ToolException("the " + how + " of one number");
    }
    Rational value = first;
    for (Rational operand : rest) {
      value =
          switch (how) {
            case "sum", "average" -> value.plus(operand);
            case "product" -> value.times(operand);
            case "difference" -> value.minus(operand);
            case "quotient" -> value.over(operand);
            default -> throw new ToolException("not arithmetic: " + how);
          };
    }
    return how.equals("average") ? value.over(Rational.of(rest.size() + 1L)) : value;
  }

  private void descend() throws ToolException {
    if (++depth > DEEPEST) {
      throw new ToolException("more than " + DEEPEST + " levels deep");
    }
  }

  private boolean isOperandAfterNext() {
    if (next + 1 >= tokens.size()) {
      return false;
    }
    String token = tokens.get(next + 1);
    return ArithmeticTokens.isNumber(token) || token.equals("(");
  }

  private String peek() {
    return next < tokens.size() ? tokens.get(next) : "";
  }

  private boolean accept(String token) {
    boolean there = peek().equals(token);
    if (there) {
      next++;
    }
    return there;
  }

  private String take() throws ToolException {
    if (next == tokens.size()) {
      throw new ToolException("the expression ends too early");
    }
    return tokens.get(next++);
  }

  private ToolException unexpected() {
    return new ToolException("not arithmetic at " + tokens.get(next));
  }
}
