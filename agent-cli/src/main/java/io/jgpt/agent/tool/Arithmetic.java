package io.jgpt.agent.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;

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

  /** An expression that was read; nothing is computed before its value is asked for. */
  @FunctionalInterface
  interface Term {
    /**
     * What it comes to.
     *
     * @throws ArithmeticException if there is no such number, or it is out of bounds
     */
    Rational value();
  }

  /** Of what is arithmetic. */
  static final Form FORM =
      new Form() {
        @Override
        public boolean fits(String text) {
          try {
            read(text);
            return true;
          } catch (ToolException notArithmetic) {
            return false;
          }
        }

        @Override
        public int reach(String text) {
          return ArithmeticTokens.reach(text);
        }
      };

  private static final int DEEPEST = 64;

  private static final Set<String> FOLDS =
      Set.of("sum", "product", "difference", "quotient", "average");

  /** Signs and words that something to compute with begins with, as do a number and a fold. */
  private static final Set<String> OPENING = Set.of("+", "-", "(", "sqrt", "half");

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
      return read(expression).value();
    } catch (ArithmeticException e) {
      throw new ToolException(e.getMessage(), e);
    }
  }

  /** Whether an expression may begin with that token. */
  static boolean mayBeginWith(String token) {
    return ArithmeticTokens.isNumber(token) || OPENING.contains(token) || FOLDS.contains(token);
  }

  private static Term read(String expression) throws ToolException {
    return new Arithmetic(ArithmeticTokens.of(expression)).all();
  }

  private Term all() throws ToolException {
    Term term = sum();
    // 12和30的和: what is done comes last.
    if (peek().equals(",")) {
      next = 0;
      term = listBeforeItsName();
    }
    if (next < tokens.size()) {
      throw unexpected();
    }
    return term;
  }

  private Term listBeforeItsName() throws ToolException {
    List<Term> operands = operands();
    return folded(take(), operands);
  }

  private Term sum() throws ToolException {
    descend();
    Term term = product();
    while (true) {
      Term left = term;
      if (accept("+")) {
        Term right = product();
        term = () -> left.value().plus(right.value());
      } else if (accept("-")) {
        Term right = product();
        term = () -> left.value().minus(right.value());
      } else {
        depth--;
        return term;
      }
    }
  }

  private Term product() throws ToolException {
    Term term = signed();
    while (true) {
      Term left = term;
      if (accept("*")) {
        Term right = signed();
        term = () -> left.value().times(right.value());
      } else if (accept("/")) {
        Term right = signed();
        term = () -> left.value().over(right.value());
      } else if (accept("mod") || modulo()) {
        Term right = signed();
        term = () -> left.value().modulo(right.value());
      } else {
        return term;
      }
    }
  }

  /** {@code 17 % 5}: a percent sign before a number is a remainder. */
  private boolean modulo() {
    return isOperandAfterNext() && accept("%");
  }

  private Term signed() throws ToolException {
    descend();
    Term term;
    if (accept("-")) {
      Term positive = signed();
      term = () -> positive.value().negate();
    } else if (accept("+")) {
      term = signed();
    } else {
      Term base = postfix();
      if (accept("^")) {
        Term exponent = signed();
        term = () -> base.value().power(exponent.value());
      } else {
        term = base;
      }
    }
    depth--;
    return term;
  }

  private Term postfix() throws ToolException {
    Term term = atom();
    while (true) {
      Term operand = term;
      if (!isOperandAfterNext() && accept("%")) {
        term = () -> operand.value().over(Rational.of(100));
      } else if (accept("squared")) {
        term = () -> operand.value().power(Rational.of(2));
      } else if (accept("cubed")) {
        term = () -> operand.value().power(Rational.of(3));
      } else if (accept("root")) {
        term = () -> operand.value().squareRoot();
      } else {
        return term;
      }
    }
  }

  private Term atom() throws ToolException {
    String token = take();
    return switch (token) {
      case "(" -> {
        Term term = sum();
        if (!accept(")")) {
          throw new ToolException("a parenthesis is not closed");
        }
        yield term;
      }
      case "sqrt" -> {
        Term operand = signed();
        yield () -> operand.value().squareRoot();
      }
      case "half" -> {
        Term operand = signed();
        yield () -> operand.value().over(Rational.of(2));
      }
      default -> {
        if (FOLDS.contains(token)) {
          yield folded(token, operands());
        }
        if (!ArithmeticTokens.isNumber(token)) {
          next--;
          throw unexpected();
        }
        yield () -> Rational.of(token);
      }
    };
  }

  /** {@code a, b, c} and {@code a, b and c}. */
  private List<Term> operands() throws ToolException {
    List<Term> operands = new ArrayList<>();
    operands.add(product());
    while (accept(",")) {
      accept(",");
      operands.add(product());
    }
    return operands;
  }

  private static Term folded(String how, List<Term> operands) throws ToolException {
    if (operands.size() == 1) {
      throw new ToolException("the " + how + " of one number");
    }
    BinaryOperator<Rational> step =
        switch (how) {
          case "sum", "average" -> Rational::plus;
          case "product" -> Rational::times;
          case "difference" -> Rational::minus;
          case "quotient" -> Rational::over;
          default -> throw new ToolException("not arithmetic: " + how);
        };
    long parts = how.equals("average") ? operands.size() : 1;
    return () ->
        operands.stream().map(Term::value).reduce(step).orElseThrow().over(Rational.of(parts));
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
