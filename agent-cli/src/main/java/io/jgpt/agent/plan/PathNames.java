package io.jgpt.agent.plan;

import io.jgpt.agent.Letters;
import io.jgpt.agent.Mentions;
import io.jgpt.agent.tool.DisplayText;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.sampling.grammar.Grammar.Span.Piece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The paths that a line may name.
 *
 * <p>A name is not cut out of a larger one: {@code 笔记.txt} does not offer {@code .txt}. What comes
 * before its first letter ({@code .env}, {@code ../a.txt}, {@code /etc}, {@code ~/a.txt}) belongs
 * to it where it is written in front of it; whether tools may use such a path is the workspace's to
 * say. It ends with a letter, a digit or the slash of a folder, never with a sentence's point. A
 * blank parts two names, except in quotes.
 */
final class PathNames {

  /** Longest name that file systems have, and the workspace takes. */
  private static final int MOST_BYTES = 255;

  /** Parts two names, as a blank does: quotes, and what ends a clause in Chinese. */
  private static final String APART = "\"`“”‘’«»„「」『』《》〈〉，。；：！？、…";

  /** By twos. */
  private static final String QUOTES = "\"\"``''“”‘’«»„“「」『』《》〈〉";

  /** What a name may begin with, before its first letter. */
  private static final String LEADING = "./~$\\-+@#%&";

  /** Stay with the characters on both sides: what a shell expands, another system's slash. */
  private static final String INSEPARABLE = "~$\\";

  /** Begins a path behind any Chinese word: it is hardly ever further inside. */
  private static final Pattern UNMISTAKABLE =
      Pattern.compile(
          "(?:\\.\\.?|~)/|/(?:bin|dev|etc|home|mnt|opt|proc|root|sys|tmp|usr|var)/|\\.\\p{IsHan}");

  private static final int LONGEST_UNMISTAKABLE = 6;

  /** What a name may stand behind. */
  private static final String OPENING = "([{（【<'=:";

  private static final int LONGEST_EXTENSION = 5;

  /** Hidden names that are as short as an extension. */
  private static final Set<String> HIDDEN = Set.of("env", "git", "ssh");

  /** What, besides letters and digits, a name in quotes may end with. */
  private static final String CLOSING = "/)]}）】+-#%&";

  /** The folders above, and nothing in them. */
  private static final Pattern UPWARDS = Pattern.compile("(?:\\.\\.?/)+(?:\\.\\.)?");

  private final int[] text;
  private final Mentions mentions;

  private PathNames(String line) {
    this.text = line.codePoints().toArray();
    this.mentions = new Mentions(line, Parameter.Kind.PATH);
  }

  /** What a line names. */
  static List<List<Piece>> of(String line) {
    var names = new PathNames(line);
    List<List<Piece>> found = new ArrayList<>();
    names.addStretches(found);
    names.addQuoted(found);
    return found;
  }

  /** A text as a whole, if it can be a name: of a listing, of what is in quotes. */
  static List<List<Piece>> whole(String text) {
    return isName(text) ? List.of(List.of(Piece.of(text))) : List.of();
  }

  private void addStretches(List<List<Piece>> found) {
    for (int end, begin = 0; begin < text.length; begin = end + 1) {
      end = begin;
      while (end < text.length && !isApart(end)) {
        end++;
      }
      if (end > begin) {
        String stretch = new String(text, begin, end - begin);
        if (UPWARDS.matcher(stretch).matches()) {
          found.add(List.of(Piece.of(stretch)));
        } else {
          found.addAll(inShortNames(pieces(begin, end), stretch));
        }
      }
    }
  }

  /**
   * Where a stretch is longer than a name may be, overlapping parts of it that are not: a name of
   * half that length is in one of them.
   */
  private static List<List<Piece>> inShortNames(List<Piece> pieces, String stretch) {
    if (isShort(stretch)) {
      return List.of(pieces);
    }
    List<List<Piece>> parts = new ArrayList<>();
    int from = 0;
    while (from < pieces.size()) {
      int to = from;
      int half = from;
      for (int bytes = 0; to < pieces.size(); to++) {
        bytes += bytes(pieces.get(to).text());
        if (bytes > MOST_BYTES) {
          break;
        }
        half = bytes <= MOST_BYTES / 2 ? to : half;
      }
      parts.add(pieces.subList(from, to));
      from = to == pieces.size() ? to : Math.max(half, from) + 1;
    }
    return parts;
  }

  private static boolean isShort(String path) {
    return Arrays.stream(path.split("/", -1)).allMatch(name -> bytes(name) <= MOST_BYTES);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private boolean isApart(int place) {
    int c = text[place];
    if (c == '’' && isInWord(place)) {
      return false;
    }
    return Character.isSpaceChar(c) || !DisplayText.isPrintable(c) || isOneOf(APART, c);
  }

  private List<Piece> pieces(int from, int to) {
    List<Piece> pieces = new ArrayList<>();
    for (int end, begin = from; begin < to; begin = end) {
      end = begin + 1;
      while (end < to && isJoined(end, from) && !isLead(end, from)) {
        end++;
      }
      boolean first = isPart(text[begin]) || isLead(begin, from);
      String piece = new String(text, begin, end - begin);
      pieces.add(new Piece(piece, first, ends(end, from, to)));
    }
    return pieces;
  }

  /** Whether the characters on either side of a place belong together. */
  private boolean isJoined(int place, int from) {
    return mentions.isJoined(place)
        || (text[place - 1] != '/' && isPart(text[place]) && isLead(place - 1, from))
        || isOneOf(INSEPARABLE, text[place - 1])
        || isOneOf(INSEPARABLE, text[place])
        || isApostrophe(place - 1)
        || isApostrophe(place);
  }

  private boolean isApostrophe(int place) {
    return isOneOf("'’", text[place]) && isInWord(place);
  }

  private boolean isInWord(int place) {
    return place > 0
        && place + 1 < text.length
        && Letters.isWord(text[place - 1])
        && Letters.isWord(text[place + 1]);
  }

  /** Whether a name begins there with what comes before its first letter. */
  private boolean isLead(int place, int from) {
    if (!isOneOf(LEADING, text[place])
        || place + 1 == text.length
        || !(isPart(text[place + 1]) || isOneOf("./", text[place + 1]))) {
      return false;
    }
    return place == from
        || (text[place] != '\\' && isOneOf(OPENING, text[place - 1]))
        || (Letters.isSpaceless(text[place - 1]) && isLeadBehindChinese(place));
  }

  /** Where no blank tells, the word in front does, or what follows. */
  private boolean isLeadBehindChinese(int place) {
    String rest = new String(text, place, Math.min(text.length - place, LONGEST_UNMISTAKABLE));
    return UNMISTAKABLE.matcher(rest).lookingAt()
        || (mentions.isIntroduced(place) && !isExtension(place));
  }

  /** Whether a point and what follows are rather how a name ends: 清单.csv, unlike 写到.env. */
  private boolean isExtension(int place) {
    int end = place + 1;
    while (end < text.length && Letters.isWord(text[end])) {
      end++;
    }
    boolean goesOn = end < text.length && mentions.isJoined(end);
    return text[place] == '.'
        && end > place + 1
        && end - place - 1 <= LONGEST_EXTENSION
        && !goesOn
        && !HIDDEN.contains(new String(text, place + 1, end - place - 1));
  }

  private boolean ends(int place, int from, int to) {
    boolean slash = text[place - 1] == '/' && place - 1 > from && isPart(text[place - 2]);
    return (slash || isPart(text[place - 1])) && (place == to || !isJoined(place, from));
  }

  private void addQuoted(List<List<Piece>> found) {
    for (int i = 0; i < QUOTES.length(); i += 2) {
      int open = QUOTES.charAt(i);
      int close = QUOTES.charAt(i + 1);
      for (int begin = next(open, 0); begin < text.length; begin = next(open, begin + 1)) {
        int end = next(close, begin + 1);
        if (end < text.length) {
          found.addAll(whole(new String(text, begin + 1, end - begin - 1)));
        }
      }
    }
  }

  /** The next place of a quote; the end of the text if there is none. */
  private int next(int quote, int from) {
    int place = from;
    while (place < text.length && (text[place] != quote || isApostrophe(place))) {
      place++;
    }
    return place;
  }

  private static boolean isName(String text) {
    if (text.isEmpty() || !text.codePoints().allMatch(DisplayText::isPrintable)) {
      return false;
    }
    int first = text.codePointAt(0);
    int last = text.codePointBefore(text.length());
    return (isPart(first) || isOneOf(LEADING, first) || isOneOf("([{（【", first))
        && (isPart(last) || isOneOf(CLOSING, last))
        && text.codePoints().anyMatch(PathNames::isPart)
        && isShort(text);
  }

  private static boolean isPart(int c) {
    return Letters.isWord(c)
        || Letters.isSpaceless(c)
        || Letters.isMark(c)
        || Character.getType(c) == Character.OTHER_SYMBOL; // 😀
  }

  private static boolean isOneOf(String characters, int c) {
    return characters.indexOf(c) >= 0;
  }
}
