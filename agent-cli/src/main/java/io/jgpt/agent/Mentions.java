package io.jgpt.agent;

import io.jgpt.agent.tool.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a text names as a whole: {@code data.txt} does not name {@code a.txt}, nor {@code rm -r
 * /ws/build} the command {@code rm -r /ws}.
 *
 * <p>A space ends a name, as do quotes, brackets and commas: where names have spaces in them, and
 * where a command goes on behind one ({@code git log --oneline}), nothing tells. In a command, an
 * address or another value the punctuation between two letters belongs to it.
 *
 * <p>Chinese has no spaces, and that {@code 读} is a verb and {@code 笔记.txt} a name is known to
 * readers alone. What can be decided without a dictionary is decided by the characters in front:
 *
 * <ul>
 *   <li>Behind a word that names follow, such as 把, 写进, 文件 ({@code introducing.txt}), a name
 *       begins; where there is such a word, it begins nowhere else. {@code 把结果写进笔记.txt} names
 *       {@code 笔记.txt} and not {@code 记.txt}.
 *   <li>What is set off, by a space, a quote, a slash or by having a line to itself, is a whole
 *       name, or begins with such a word: {@code Read 笔记.txt}, {@code 读“笔记.txt”}, a listing.
 *   <li>Elsewhere nothing tells, and a name may begin at any character: {@code 誊清笔记.txt} names
 *       {@code 笔记.txt}, and {@code 记.txt} as well.
 *   <li>Where the script changes a name may begin and end: {@code 翻译data.txt里的}.
 * </ul>
 *
 * <p>So a verb that nobody thought of costs a question, and a name that has an introducing word in
 * it (读后感.txt) also names what follows that word.
 */
public final class Mentions {

  /** Between two parts of a name, whatever their script. */
  private static final String HYPHENS = ".-+@#%&";

  /** Likewise in what is no path. */
  private static final String MORE_HYPHENS = HYPHENS + "/\\=*";

  /** In what is no path, between letters and digits that have spaces around their words. */
  private static final String INNER = ",;:?!$~^";

  /** In what is no path, before its first letter: a sign, an option, an absolute path. */
  private static final String LEADING = "-+./\\=*@#%&$~";

  /** Words that a name follows. */
  private static final Set<String> INTRODUCING = introducing();

  private static final int LONGEST = INTRODUCING.stream().mapToInt(String::length).max().getAsInt();

  private final int[] text;
  private final boolean path;

  /**
   * What a text names.
   *
   * @param kind of the values that are looked for
   */
  public Mentions(String text, Parameter.Kind kind) {
    this.text = text.codePoints().toArray();
    this.path = kind == Parameter.Kind.PATH;
  }

  private static Set<String> introducing() {
    try (InputStream in = Mentions.class.getResourceAsStream("introducing.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> Arrays.stream(line.split(" ", -1)))
          .filter(word -> !word.isEmpty())
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether it names a value as a whole.
   *
   * @param value of a path, one name of it
   */
  boolean contain(String value) {
    int[] wanted = value.codePoints().toArray();
    for (int begin = 0; begin + wanted.length <= text.length; begin++) {
      int end = begin + wanted.length;
      if (matches(wanted, begin) && beginsAt(begin, end) && endsAt(end)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(int[] wanted, int begin) {
    for (int i = 0; i < wanted.length; i++) {
      if (text[begin + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean beginsAt(int begin, int end) {
    if (begin == 0) {
      return true;
    }
    int before = text[begin - 1];
    int first = text[begin];
    if (isJoined(begin)) {
      return false;
    }
    if (!isPart(first)) {
      return true;
    }
    if (isRun(before) && (Letters.isSpaceless(before) || Letters.isSpaceless(first))) {
      return beginsInRun(begin, end);
    }
    return !(Letters.isWord(before) && Letters.isSpaceless(first));
  }

  /** Where the character before is one of a script without spaces, or a digit next to one. */
  private boolean beginsInRun(int begin, int end) {
    int run = beginOfRun(begin);
    if (isIntroduced(run, begin)) {
      return true;
    }
    boolean otherScript = !isRun(text[begin]);
    boolean introduced = introducedBetween(run, otherScript ? begin : endOfRun(begin));
    boolean setOff = isSetOff(run, end);
    return otherScript ? introduced || !setOff : !introduced && !setOff;
  }

  private boolean endsAt(int end) {
    if (end == 0 || end == text.length) {
      return true;
    }
    int last = text[end - 1];
    int after = text[end];
    if (isJoined(end) || (Letters.isSpaceless(last) && Letters.isWord(after))) {
      return false;
    }
    if (!isRun(last) || !Letters.isSpaceless(after)) {
      return true;
    }
    // 笔记 is no name where it goes on as 笔记本.txt, but is one in 笔记里的a.txt.
    int beyond = endOfRun(end);
    return beyond == text.length || !isJoined(beyond) || introducedBetween(end, beyond);
  }

  /**
   * Whether the characters on either side of a place belong together.
   *
   * @param place in code points, neither end of the text
   */
  public boolean isJoined(int place) {
    int before = text[place - 1];
    int after = text[place];
    if (Letters.isMark(after) || (Letters.isWord(before) && Letters.isWord(after))) {
      return true;
    }
    if (!path && LEADING.indexOf(before) >= 0 && isPart(after)) {
      return true;
    }
    if (isInner(before) && isInner(after)) {
      return true;
    }
    if (!isInner(before) && !isInner(after)) {
      return false;
    }
    int from = place;
    while (from > 0 && isInner(text[from - 1])) {
      from--;
    }
    int to = place;
    while (to < text.length && isInner(text[to])) {
      to++;
    }
    if (from == 0 || to == text.length) {
      return false;
    }
    boolean words = Letters.isWord(text[from - 1]) && Letters.isWord(text[to]);
    return words || (isPart(text[from - 1]) && isPart(text[to]) && areHyphens(from, to));
  }

  private boolean isInner(int c) {
    return path ? HYPHENS.indexOf(c) >= 0 : MORE_HYPHENS.indexOf(c) >= 0 || INNER.indexOf(c) >= 0;
  }

  private boolean areHyphens(int from, int to) {
    for (int i = from; i < to; i++) {
      if (MORE_HYPHENS.indexOf(text[i]) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Of a name, whatever its script. */
  private static boolean isPart(int c) {
    return Letters.isWord(c) || Letters.isSpaceless(c);
  }

  /** Of what has no spaces in it: 热汤老鹰2. */
  private static boolean isRun(int c) {
    return Letters.isSpaceless(c) || Letters.isDigit(c) || Letters.isMark(c);
  }

  private int beginOfRun(int to) {
    int begin = to;
    while (begin > 0 && isRun(text[begin - 1])) {
      begin--;
    }
    return begin;
  }

  private int endOfRun(int from) {
    int end = from;
    while (end < text.length && isRun(text[end])) {
      end++;
    }
    return end;
  }

  /**
   * Whether a Chinese word that names follow ends at a place.
   *
   * @param place in code points
   */
  public boolean isIntroduced(int place) {
    return isIntroduced(beginOfRun(place), place);
  }

  private boolean isIntroduced(int run, int place) {
    for (int length = 1; length <= Math.min(LONGEST, place - run); length++) {
      if (INTRODUCING.contains(new String(text, place - length, length))) {
        return true;
      }
    }
    return false;
  }

  /** As above, at any place between two. */
  private boolean introducedBetween(int from, int to) {
    for (int place = from + 1; place < to; place++) {
      if (isIntroduced(from, place)) {
        return true;
      }
    }
    return false;
  }

  /** Whether something before a run, or nothing but the name in its line, says that it begins. */
  private boolean isSetOff(int run, int end) {
    int before = run == 0 ? '\n' : text[run - 1];
    if (Character.isISOControl(before)) {
      int after = end == text.length ? '\n' : text[end];
      return Character.isISOControl(after) || after == '/';
    }
    return switch (Character.getType(before)) {
      case Character.INITIAL_QUOTE_PUNCTUATION, Character.START_PUNCTUATION -> true;
      default -> Character.isSpaceChar(before) || "'\"`/".indexOf(before) >= 0;
    };
  }
}
