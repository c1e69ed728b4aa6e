package io.jgpt.agent.tool;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Arithmetic as people write it: {@code 17*23}, {@code 15% of 80}, {@code 12 plus 30}, {@code 8
 * 的平方}, {@code the sum of 3 and 4}. Exact; recursive descent over tokens, of bounded depth.
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

  /** A word or sign and the token it stands for; longer ones first where one begins another. */
  private record Word(Pattern pattern, String token) {

    static Word of(String regex, String token) {
      return new Word(Pattern.compile("\\G(?:" + regex + ")", Pattern.CASE_INSENSITIVE), token);
    }
  }

  private static final Pattern NUMBER =
      Pattern.compile("\\G(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)?(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?");

  /** Letters may not run on: "over" is a word, "overt" is none. */
  private static final String END = "(?![a-z])";

  private static final List<Word> WORDS =
      List.of(
          Word.of("\\s+|\\bthe" + END + "|=\\s*\\??\\s*$|\\?\\s*$|等于\\s*$|是多少", ""),
          Word.of("(?:and|和|与|跟)" + END, ","),
          Word.of("(?:to the power of|raised to)" + END + "|\\*\\*|\\^|的(?=\\d+次方)", "^"),
          Word.of("次方", ""),
          Word.of("(?:plus|add)" + END + "|加上|加|\\+", "+"),
          Word.of("minus" + END + "|减去|减|[-−–]", "-"),
          Word.of("(?:multiplied by|times|x|of)" + END + "|乘以|乘|[*×·∙⋅]|的(?=[\\d(]|$)", "*"),
          Word.of("(?:divided by|over)" + END + "|除以|[/÷∕]", "/"),
          Word.of("mod(?:ulo)?" + END + "|除余|模", "mod"),
          Word.of("(?:square root of|sqrt(?: of)?)" + END + "|√|根号", "sqrt"),
          Word.of("squared" + END + "|的平方(?!根)", "squared"),
          Word.of("cubed" + END + "|的立方", "cubed"),
          Word.of("的平方根", "root"),
          Word.of("half of" + END + "|一半", "half"),
          Word.of("sum of" + END, "sum"),
          Word.of("product of" + END, "product"),
          Word.of("(?:difference (?:between|of))" + END, "difference"),
          Word.of("quotient of" + END, "quotient"),
          Word.of("average of" + END, "average"),
          Word.of("的和", "sum"),
          Word.of("的乘?积", "product"),
          Word.of("的差", "difference"),
          Word.of("的商", "quotient"),
          Word.of("的平均(?:数|值)", "average"),
          Word.of("percent" + END + "|%", "%"),
          Word.of(",|、", ","),
          Word.of("\\(|\\[", "("),
          Word.of("\\)|\\]", ")"));

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
      return new Arithmetic(tokens(expression)).all();
    } catch (ArithmeticException e) {
      throw new ToolException(e.getMessage(), e);
    }
  }

  private static List<String> tokens(String expression) throws ToolException {
    // NFKC makes a 2 of a raised one.
    String raised = expression.replace("²", "^2").replace("³", "^3");
    String text = Normalizer.normalize(raised, Normalizer.Form.NFKC).strip();
    var tokens = new ArrayList<String>();
    int at = 0;
    while (at < text.length()) {
      Matcher number = NUMBER.matcher(text);
      if (number.find(at) && number.end() > at) {
        tokens.add(number.group().replace(",", "").toLowerCase(Locale.ROOT));
        at = number.end();
        continue;
      }
      int from = at;
      for (Word word : WORDS) {
        Matcher matcher = word.pattern.matcher(text);
        if (matcher.find(at)) {
          if (!word.token.isEmpty()) {
            tokens.add(word.token);
          }
          at = matcher.end();
          break;
        }
      }
      if (at == from) {
        throw new ToolException("not arithmetic: " + text.substring(at));
      }
    }
    return tokens;
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
    if (++depth > DEEPEST) {
      throw new ToolException("more than " + DEEPEST + " levels deep");
    }
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
    if (peek().equals("%") && next + 1 < tokens.size() && startsOperand(tokens.get(next + 1))) {
      next++;
      return true;
    }
    return false;
  }

  private Rational signed() throws ToolException {
    if (++depth > DEEPEST) {
      throw new ToolException("more than " + DEEPEST + " levels deep");
    }
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
      boolean percent =
          peek().equals("%") && (next + 1 == tokens.size() || !startsOperand(tokens.get(next + 1)));
      if (percent) {
        next++;
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
        if (!startsNumber(token)) {
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

  private static boolean startsOperand(String token) {
    return startsNumber(token) || token.equals("(");
  }

  private static boolean startsNumber(String token) {
    return Character.isDigit(token.charAt(0)) || token.charAt(0) == '.';
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
