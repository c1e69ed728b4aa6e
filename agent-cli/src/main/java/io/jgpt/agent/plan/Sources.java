package io.jgpt.agent.plan;

import io.jgpt.agent.Letters;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.sampling.grammar.Grammar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The texts that an action's names and numbers may be copied from, cut where one can begin or end:
 * {@code a.txt} is no part of {@code data.txt}, and 12 none of 4712. Where a script puts no spaces
 * between words there is nothing to go by, and a cut is possible at any of its characters.
 */
final class Sources {

  /** What is copied decides where it may be cut. */
  enum Cut {
    /** Paths, commands, addresses: letters, digits and the dots and hyphens between them. */
    NAMES,
    /** Numbers, expressions, units: in {@code 3.5km} there are two. */
    QUANTITIES;

    static Cut of(Parameter.Kind kind) {
      return switch (kind) {
        case PATH, COMMAND, URL -> NAMES;
        default -> QUANTITIES;
      };
    }
  }

  /** No argument has one of these: each line is a text by itself. */
  private static final Pattern BREAKS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");

  private final List<String> lines;
  private final Map<Cut, List<List<String>>> pieces = new EnumMap<>(Cut.class);

  Sources(List<String> texts) {
    lines =
        texts.stream()
            .flatMap(BREAKS::splitAsStream)
            .filter(line -> !line.isBlank())
            .distinct()
            .toList();
  }

  /** What may be copied. */
  Grammar grammar(Cut cut) {
    return new Grammar.Span(pieces(cut));
  }

  /** The shortest part that may be copied; nothing if none may. */
  Optional<String> shortest(Cut cut) {
    return pieces(cut).stream()
        .flatMap(List::stream)
        .filter(piece -> !piece.isBlank())
        .min(Comparator.comparingInt(String::length));
  }

  private List<List<String>> pieces(Cut cut) {
    return pieces.computeIfAbsent(
        cut, key -> lines.stream().map(line -> pieces(line, key)).toList());
  }

  static List<String> pieces(String line, Cut cut) {
    int[] text = line.codePoints().toArray();
    List<String> pieces = new ArrayList<>();
    int begin = 0;
    for (int i = 1; i <= text.length; i++) {
      if (i == text.length || !isJoined(text, i, cut)) {
        pieces.add(new String(text, begin, i - begin));
        begin = i;
      }
    }
    return pieces;
  }

  /** Whether the characters on either side of a place belong together. */
  private static boolean isJoined(int[] text, int place, Cut cut) {
    int before = text[place - 1];
    int after = text[place];
    if (Letters.isMark(after)) {
      return true;
    }
    return switch (cut) {
      case NAMES ->
          (Letters.isWord(before) && Letters.isWord(after))
              || (isOf(".-", before)
                  && place > 1
                  && Letters.isWord(text[place - 2])
                  && Letters.isWord(after))
              || (isOf(".-", after)
                  && place + 1 < text.length
                  && Letters.isWord(before)
                  && Letters.isWord(text[place + 1]));
      case QUANTITIES ->
          (Letters.isLetter(before) && Letters.isLetter(after))
              || (Letters.isDigit(before) && Letters.isDigit(after))
              || (isOf(".,", before)
                  && place > 1
                  && Letters.isDigit(text[place - 2])
                  && Letters.isDigit(after))
              || (isOf(".,", after)
                  && place + 1 < text.length
                  && Letters.isDigit(before)
                  && Letters.isDigit(text[place + 1]));
    };
  }

  private static boolean isOf(String characters, int c) {
    return characters.indexOf(c) >= 0;
  }
}
