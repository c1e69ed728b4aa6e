package io.jgpt.agent.tool;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words and signs that {@link Arithmetic} is written in, in English and Chinese. */
final class ArithmeticTokens {

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

  private ArithmeticTokens() {}

  /**
   * Splits an expression: numbers without separators, and what its words and signs stand for.
   *
   * @throws ToolException if there is anything else in it
   */
  static List<String> of(String expression) throws ToolException {
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

  static boolean isNumber(String token) {
    return Character.isDigit(token.charAt(0)) || token.charAt(0) == '.';
  }
}
