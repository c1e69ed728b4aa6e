package io.jgpt.agent.plan;

import io.jgpt.agent.Letters;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.sampling.grammar.Grammar;
import io.jgpt.sampling.grammar.Grammar.Span.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The texts that an action's names and quantities may be copied from, cut where one can begin or
 * end: {@code a.txt} is no part of {@code data.txt}, and 12 none of 4712. Where a script puts no
 * spaces between words there is nothing to go by, and a cut is possible at any of its characters.
 *
 * <p>Of numbers, expressions, units and days only those parts are offered that a tool can read, of
 * paths those of {@link PathNames}.
 */
final class Sources {

  /** Where a text may be cut. */
  enum Cut {
    /** Commands, addresses: letters, digits and the dots and hyphens between them. */
    NAMES,
    /** Numbers, expressions, units, days: in {@code 3.5km} there are two. */
    QUANTITIES
  }

  /** No argument has one of these: each line is a text by itself. */
  private static final Pattern BREAKS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");

  /** What a day may have in front that nobody said: it is then counted to. */
  private static final List<String> COUNTED_TO = List.of("until ", "到");

  private final List<String> lines;
  private final List<String> told;

  /** By kind and line; only what was asked for. */
  private final Map<Parameter.Kind, Map<String, List<List<Piece>>>> found =
      new EnumMap<>(Parameter.Kind.class);

  /**
   * @param texts the goal, then what tools say themselves
   */
  Sources(List<String> texts) {
    lines = lines(texts);
    told = lines(texts.subList(Math.min(1, texts.size()), texts.size()));
  }

  /**
   * As above.
   *
   * @param before of the step before: what was found in a line that is still there is kept
   */
  Sources(List<String> texts, Sources before) {
    this(texts);
    before.found.forEach(
        (kind, known) -> {
          Map<String, List<List<Piece>>> kept = new HashMap<>(known);
          kept.keySet().retainAll(Set.copyOf(lines));
          found.put(kind, kept);
        });
  }

  private static List<String> lines(List<String> texts) {
    return texts.stream()
        .flatMap(BREAKS::splitAsStream)
        .filter(line -> !line.isBlank())
        .distinct()
        .toList();
  }

  /** Whether a value of that kind is copied; a day too, though it is no target. */
  static boolean areCopied(Parameter.Kind kind) {
    return kind.isSpan() || kind == Parameter.Kind.DATE;
  }

  /**
   * What may be copied.
   *
   * @param kind one that is copied
   */
  Grammar grammar(Parameter.Kind kind) {
    Grammar copies = new Grammar.Span(parts(kind));
    return kind == Parameter.Kind.DATE ? Grammar.choice(copies, countedTo()) : copies;
  }

  /** Days, but not those that are counted to already. */
  private Grammar countedTo() {
    List<List<Piece>> days =
        parts(Parameter.Kind.DATE).stream()
            .filter(day -> Parameter.Kind.DATE.accepts(COUNTED_TO.getFirst() + shortest(day).get()))
            .toList();
    return Grammar.sequence(Grammar.oneOf(COUNTED_TO), new Grammar.Span(days));
  }

  /** The shortest part that may be copied; nothing if none may. */
  Optional<String> shortest(Parameter.Kind kind) {
    return parts(kind).stream()
        .flatMap(pieces -> shortest(pieces).stream())
        .min(Comparator.comparingInt(String::length));
  }

  private static Optional<String> shortest(List<Piece> pieces) {
    Optional<String> shortest = Optional.empty();
    StringBuilder part = new StringBuilder();
    boolean begun = false;
    for (Piece piece : pieces) {
      if (piece.first()) {
        part.setLength(0);
        begun = true;
      }
      part.append(piece.text());
      if (begun && piece.last()) {
        if (shortest.filter(known -> known.length() <= part.length()).isEmpty()) {
          shortest = Optional.of(part.toString());
        }
        begun = false;
      }
    }
    return shortest;
  }

  private List<List<Piece>> parts(Parameter.Kind kind) {
    Map<String, List<List<Piece>>> known = found.computeIfAbsent(kind, _ -> new HashMap<>());
    Stream<List<Piece>> named =
        lines.stream()
            .flatMap(line -> known.computeIfAbsent(line, text -> find(kind, text)).stream());
    return kind == Parameter.Kind.PATH
        ? Stream.concat(
                named, told.stream().map(String::strip).map(PathNames::whole).flatMap(List::stream))
            .toList()
        : named.toList();
  }

  private static List<List<Piece>> find(Parameter.Kind kind, String line) {
    return switch (kind) {
      case PATH -> PathNames.of(line);
      case NUMBER, EXPRESSION, UNIT, DATE -> Quantities.of(kind, pieces(line, Cut.QUANTITIES));
      case COMMAND, URL -> List.of(whole(line, Cut.NAMES));
      case VALUE -> List.of(whole(line, Cut.QUANTITIES));
      case TEXT, QUERY, QUESTION, LABEL, CHOICE ->
          throw new IllegalArgumentException(kind + " is free");
    };
  }

  private static List<Piece> whole(String line, Cut cut) {
    return pieces(line, cut).stream().map(Piece::of).toList();
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
