package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the regular expressions that {@link Grammar#regex} describes, by recursive descent. What a
 * regular language cannot say (back-references, looking around) and what would depend on the
 * dialect (case folding, Unicode classes, word boundaries) is refused by name.
 */
final class RegexParser {

  private static final int MAX_REPEAT = 10_000;
  private static final int MAX_DEPTH = 100;

  private static final CodePoints DIGIT = CodePoints.range('0', '9');
  private static final CodePoints WORD =
      DIGIT.plus(CodePoints.range('a', 'z')).plus(CodePoints.range('A', 'Z')).plus(set("_"));
  private static final CodePoints SPACE = set(" \t\n\u000B\f\r");

  /** {@code \S} leaves out what any dialect takes for white space. */
  private static final CodePoints ANY_SPACE =
      SPACE
          .plus(set("\u0085\u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF"))
          .plus(CodePoints.range(0x2000, 0x200A));

  /** What {@code .} does not match, in any dialect. */
  private static final CodePoints LINE_ENDS = set("\n\r\u0085\u2028\u2029");

  private static final Grammar ANYTHING = Grammar.repeat(Grammar.anyOf(CodePoints.ALL), 0);

  private final String pattern;
  private int at;
  private int depth;
  private final boolean search;

  private RegexParser(String pattern, boolean search) {
    this.pattern = pattern;
    this.search = search;
  }

  /** Texts that match as a whole; throws what {@link Grammar#regex} says. */
  static Grammar parse(String pattern) {
    return new RegexParser(pattern, false).whole();
  }

  /** Texts in which the pattern is found: anything may stand where it is not anchored. */
  static Grammar parseSearch(String pattern) {
    return new RegexParser(pattern, true).whole();
  }

  private Grammar whole() {
    Grammar grammar = alternatives();
    if (at < pattern.length()) {
      throw unsupported("unbalanced )");
    }
    return grammar;
  }

  private static CodePoints set(String characters) {
    return CodePoints.of(characters);
  }

  private InputException unsupported(String what) {
    return new InputException("grammar.regex", pattern, at + 1, what);
  }

  private boolean next(char c) {
    if (at < pattern.length() && pattern.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private boolean sees(char c) {
    return at < pattern.length() && pattern.charAt(at) == c;
  }

  private Grammar alternatives() {
    List<Grammar> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
    } while (next('|'));
    return alternatives.size() == 1 ? alternatives.getFirst() : new Grammar.Choice(alternatives);
  }

  private Grammar sequence() {
    List<Grammar> parts = new ArrayList<>();
    boolean outside = depth == 0;
    boolean open = search && outside;
    if (!(outside && next('^')) && open) {
      parts.add(ANYTHING);
    }
    boolean anchored = false;
    while (at < pattern.length() && !sees('|') && !sees(')')) {
      if (sees('$') && outside && endsAlternative(at + 1)) {
        at++;
        anchored = true;
      } else {
        parts.add(repeated());
      }
    }
    if (open && !anchored) {
      parts.add(ANYTHING);
    }
    return parts.size() == 1 ? parts.getFirst() : new Grammar.Sequence(parts);
  }

  private boolean endsAlternative(int position) {
    return position == pattern.length() || pattern.charAt(position) == '|';
  }

  private Grammar repeated() {
    Grammar what = atom();
    while (at < pattern.length()) {
      int begin = at;
      int min;
      int max = Grammar.UNBOUNDED;
      if (next('*')) {
        min = 0;
      } else if (next('+')) {
        min = 1;
      } else if (next('?')) {
        min = 0;
        max = 1;
      } else if (next('{')) {
        min = count();
        max = min;
        if (next(',')) {
          max = sees('}') ? Grammar.UNBOUNDED : count();
        }
        if (!next('}') || max < min) {
          at = begin;
          throw unsupported("{");
        }
      } else {
        break;
      }
      if (sees('+')) {
        throw unsupported("possessive +");
      }
      next('?'); // lazy: the same texts
      what = new Grammar.Repeat(what, min, max);
    }
    return what;
  }

  private int count() {
    int begin = at;
    while (at < pattern.length() && at - begin < 6 && isDigit(pattern.charAt(at))) {
      at++;
    }
    int count = at == begin ? -1 : Integer.parseInt(pattern.substring(begin, at));
    if (count < 0 || count > MAX_REPEAT) {
      at = begin;
      throw unsupported("{");
    }
    return count;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private Grammar atom() {
    char c = pattern.charAt(at);
    return switch (c) {
      case '(' -> group();
      case '[' -> {
        at++;
        yield new Grammar.AnyOf(classSet());
      }
      case '.' -> {
        at++;
        yield new Grammar.AnyOf(CodePoints.ALL.minus(LINE_ENDS));
      }
      case '\\' -> new Grammar.AnyOf(escape());
      case '*', '+', '?', '{', '^', '$', '}', ']' -> throw unsupported(String.valueOf(c));
      default -> {
        int codePoint = character();
        yield new Grammar.Literal(Character.toString(codePoint));
      }
    };
  }

  /** Any character as itself; a lone surrogate is none. */
  private int character() {
    int codePoint = pattern.codePointAt(at);
    if (codePoint >= 0xD800 && codePoint <= 0xDFFF) {
      throw unsupported("a lone surrogate");
    }
    at += Character.charCount(codePoint);
    return codePoint;
  }

  private Grammar group() {
    if (++depth > MAX_DEPTH) {
      throw unsupported("deep nesting");
    }
    int begin = at++;
    if (sees('?')) {
      boolean plain = pattern.startsWith("?:", at);
      boolean named = pattern.startsWith("?<", at) && !pattern.startsWith("?<=", at);
      int close = pattern.indexOf('>', at);
      if (plain) {
        at += 2;
      } else if (named && !pattern.startsWith("?<!", at) && close > 0) {
        at = close + 1;
      } else {
        at = begin;
        throw unsupported(pattern.substring(begin, Math.min(begin + 3, pattern.length())));
      }
    }
    Grammar grammar = alternatives();
    if (!next(')')) {
      at = begin;
      throw unsupported("unbalanced (");
    }
    depth--;
    return grammar;
  }

  /** Behind the bracket that opens it. */
  private CodePoints classSet() {
    int begin = at - 1;
    boolean negated = next('^');
    CodePoints set = CodePoints.of("");
    while (!sees(']')) {
      if (at >= pattern.length() || sees('[') || pattern.startsWith("&&", at)) {
        at = Math.min(at, pattern.length() - 1);
        throw unsupported(at < begin + 2 ? "[" : String.valueOf(pattern.charAt(at)));
      }
      set = set.plus(classPart());
    }
    at++;
    CodePoints result = negated ? CodePoints.ALL.minus(set) : set;
    if (result.isEmpty()) {
      at = begin;
      throw unsupported("an empty class");
    }
    return result;
  }

  private CodePoints classPart() {
    int begin = at;
    CodePoints first = classCharacter();
    boolean range = sees('-') && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']';
    if (!range) {
      return first;
    }
    at++;
    CodePoints last = classCharacter();
    int from = single(first);
    int to = single(last);
    if (from < 0 || to < from) {
      at = begin;
      throw unsupported("a range without order");
    }
    return CodePoints.range(from, to);
  }

  private CodePoints classCharacter() {
    if (at >= pattern.length()) {
      at = pattern.length() - 1;
      throw unsupported("[");
    }
    return sees('\\') ? escape() : set(Character.toString(character()));
  }

  /** The one character of a set, -1 if there are more. */
  private static int single(CodePoints set) {
    int[] range = set.ranges().getFirst();
    return set.ranges().size() == 1 && range[0] == range[1] ? range[0] : -1;
  }

  private CodePoints escape() {
    int begin = at++;
    if (at >= pattern.length()) {
      at = begin;
      throw unsupported("\\");
    }
    char c = pattern.charAt(at++);
    return switch (c) {
      case 'd' -> DIGIT;
      case 'D' -> CodePoints.ALL.minus(DIGIT);
      case 'w' -> WORD;
      case 'W' -> CodePoints.ALL.minus(WORD);
      case 's' -> SPACE;
      case 'S' -> CodePoints.ALL.minus(ANY_SPACE);
      case 't' -> set("\t");
      case 'n' -> set("\n");
      case 'r' -> set("\r");
      case 'f' -> set("\f");
      case 'v' -> set("\u000B");
      case 'x' -> hexadecimal(begin, 2);
      case 'u' -> hexadecimal(begin, 4);
      default -> {
        if (WORD.contains(c) || c >= 0x80) {
          at = begin;
          throw unsupported("\\" + c);
        }
        yield set(String.valueOf(c));
      }
    };
  }

  private CodePoints hexadecimal(int begin, int digits) {
    int end = at + digits;
    if (end <= pattern.length() && pattern.substring(at, end).matches("[0-9a-fA-F]+")) {
      int code = Integer.parseInt(pattern.substring(at, end), 16);
      at = end;
      if (code < 0xD800 || code > 0xDFFF) {
        return CodePoints.range(code, code);
      }
    }
    at = begin;
    throw unsupported(pattern.substring(begin, begin + 2));
  }
}
