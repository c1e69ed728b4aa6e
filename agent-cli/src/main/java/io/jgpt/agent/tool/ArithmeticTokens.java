package io.jgpt.agent.tool;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words and signs that {@link Arithmetic} is written in, in English and Chinese. */
final class ArithmeticTokens {

  /** A word or sign and the token it stands for; longer ones first where one begins another. */
  private record Word(String regex, String token) {}

  private static final Pattern NUMBER =
      Pattern.compile("\\G(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)?(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?");

  /**
   * Longest word that is one only where nothing follows it, and that an expression ends with: 7 for
   * "percent", and blanks before "?".
   */
  private static final int LONGEST_LAST = 10;

  /** Letters may not run on: "over" is a word, "overt" is none. */
  private static final String END = "(?![a-z])";

  private static final List<Word> WORDS =
      List.of(
          new Word("\\s+|\\bthe" + END + "|=\\s*\\??\\s*$|\\?\\s*$|等于\\s*$|是多少", ""),
          new Word("(?:and|和|与|跟)" + END, ","),
          new Word("(?:to the power of|raised to)" + END + "|\\*\\*|\\^|的(?=\\d+次方)", "^"),
          new Word("次方", ""),
          new Word("(?:plus|add)" + END + "|加上|加|\\+", "+"),
          new Word("minus" + END + "|减去|减|[-−–]", "-"),
          new Word("(?:multiplied by|times|x|of)" + END + "|乘以|乘|[*×·∙⋅]|的(?=[\\d(]|$)", "*"),
          new Word("(?:divided by|over)" + END + "|除以|[/÷∕]", "/"),
          new Word("mod(?:ulo)?" + END + "|除余|模", "mod"),
          new Word("(?:square root of|sqrt(?: of)?)" + END + "|√|根号", "sqrt"),
          new Word("squared" + END + "|的平方(?!根)", "squared"),
          new Word("cubed" + END + "|的立方", "cubed"),
          new Word("的平方根", "root"),
          new Word("half of" + END + "|一半", "half"),
          new Word("sum of" + END, "sum"),
          new Word("product of" + END, "product"),
          new Word("(?:difference (?:between|of))" + END, "difference"),
          new Word("quotient of" + END, "quotient"),
          new Word("average of" + END, "average"),
          new Word("的和", "sum"),
          new Word("的乘?积", "product"),
          new Word("的差", "difference"),
          new Word("的商", "quotient"),
          new Word("的平均(?:数|值)", "average"),
          new Word("percent" + END + "|%", "%"),
          new Word(",|、", ","),
          new Word("\\(|\\[", "("),
          new Word("\\)|\\]", ")"));

  /** All words, each a group of its own: one search instead of one for each. */
  private static final Pattern ANY_WORD =
      Pattern.compile(
          WORDS.stream().map(Word::regex).collect(Collectors.joining(")|(", "\\G(?:(", "))")),
          Pattern.CASE_INSENSITIVE);

  private final String text;
  private final Matcher number;
  private final Matcher word;
  private final List<String> tokens = new ArrayList<>();
  private int at;

  private ArithmeticTokens(String text) {
    this.text = text;
    this.number = NUMBER.matcher(text);
    this.word = ANY_WORD.matcher(text);
  }

  /**
   * Splits an expression: numbers without separators, and what its words and signs stand for.
   *
   * @throws ToolException if there is anything else in it
   */
  static List<String> of(String expression) throws ToolException {
    // NFKC makes a 2 of a raised one.
    String raised = expression.replace("²", "^2").replace("³", "^3");
    var split = new ArithmeticTokens(Normalizer.normalize(raised, Normalizer.Form.NFKC).strip());
    if (!split.all()) {
      throw new ToolException("not arithmetic: " + split.text.substring(split.at));
    }
    return split.tokens;
  }

  /** See {@link Form#reach}. */
  static int reach(String text) {
    return Form.aligned(text)
        .map(normal -> hasDigit(normal) ? new ArithmeticTokens(normal).reach() : 0)
        .orElse(text.length());
  }

  private static boolean hasDigit(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
        return true;
      }
    }
    return false;
  }

  private int reach() {
    boolean goesOn = true;
    while (goesOn && tokens.isEmpty()) {
      goesOn = at < text.length() && readOne();
    }
    if (tokens.isEmpty() || !Arithmetic.mayBeginWith(tokens.getFirst())) {
      return 0;
    }
    return all() ? at : endOfLast();
  }

  /** Where a text would have to end so that what is no word within it is one at its end. */
  private int endOfLast() {
    int most = Math.min(text.length(), at + LONGEST_LAST);
    int last = at;
    for (int end = at + 1; end <= most; end++) {
      word.region(at, end);
      last = word.lookingAt() && word.end() == end ? end : last;
    }
    return last;
  }

  /** Reads on while there is arithmetic; returns whether it is all. */
  private boolean all() {
    while (at < text.length()) {
      if (!readOne()) {
        return false;
      }
    }
    return true;
  }

  /** Reads a number or a word, if there is one. */
  private boolean readOne() {
    if (number.find(at) && number.end() > at) {
      tokens.add(number.group().replace(",", "").toLowerCase(Locale.ROOT));
      at = number.end();
      return true;
    }
    if (word.find(at) && word.end() > at) {
      String token = WORDS.get(group() - 1).token;
      if (!token.isEmpty()) {
        tokens.add(token);
      }
      at = word.end();
      return true;
    }
    return false;
  }

  /** The group that matched. */
  private int group() {
    int group = 1;
    while (word.start(group) < 0) {
      group++;
    }
    return group;
  }

  static boolean isNumber(String token) {
    return Character.isDigit(token.charAt(0)) || token.charAt(0) == '.';
  }
}
