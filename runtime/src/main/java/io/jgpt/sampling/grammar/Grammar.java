package io.jgpt.sampling.grammar;

import io.jgpt.error.InputException;
import java.util.Arrays;
import java.util.List;

/**
 * What a text may be: a regular language over characters and special tokens, as a value. Special
 * tokens are terminals of their own; a text never spells one.
 *
 * <pre>{@code
 * var action = Grammar.sequence(
 *     Grammar.special(act), Grammar.special(write),
 *     Grammar.span(List.of(goal)), Grammar.special(arg), Grammar.text(0, 80),
 *     Grammar.special(end));
 * }</pre>
 */
public sealed interface Grammar {

  /** Of {@link Repeat#max}: as often as one likes. */
  int UNBOUNDED = Integer.MAX_VALUE;

  /** This very text; possibly none at all. */
  record Literal(String text) implements Grammar {}

  /**
   * One special token.
   *
   * @param id its id in the vocabulary
   */
  record Special(int id) implements Grammar {
    /** Checks the id. */
    public Special {
      require(id >= 0, "a token's id is at least 0, not " + id);
    }
  }

  /** One character of a set. */
  record AnyOf(CodePoints set) implements Grammar {}

  /** One after the other. */
  record Sequence(List<Grammar> parts) implements Grammar {
    /** Copies the list. */
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** One of several; of none, nothing matches. */
  record Choice(List<Grammar> alternatives) implements Grammar {
    /** Copies the list. */
    public Choice {
      alternatives = List.copyOf(alternatives);
    }
  }

  /** From {@code min} to {@code max} times. */
  record Repeat(Grammar what, int min, int max) implements Grammar {
    /** Checks the bounds. */
    public Repeat {
      require(min >= 0 && max >= min, "repeat from " + min + " to " + max + " times");
    }
  }

  /** From {@code min} to {@code max} times, at least once, with a separator between any two. */
  record Separated(Grammar what, Grammar separator, int min, int max) implements Grammar {
    /** Checks the bounds. */
    public Separated {
      require(min >= 1 && max >= min, "separated from " + min + " to " + max + " times");
    }
  }

  /**
   * Parts in their order, of which some may be missing, with a separator between any two that are
   * there.
   */
  record Joined(List<Part> parts, Grammar separator) implements Grammar {

    /** Of what is joined. */
    public record Part(Grammar what, boolean required) {}

    /** Copies the list. */
    public Joined {
      parts = List.copyOf(parts);
    }
  }

  /**
   * A part of one of the texts: one or more of its pieces in a row.
   *
   * @param texts each as the pieces that it may be cut between
   */
  record Span(List<List<Piece>> texts) implements Grammar {

    /**
     * What a text is cut into.
     *
     * @param text not empty
     * @param first whether a part may begin with it
     * @param last whether a part may end with it
     */
    public record Piece(String text, boolean first, boolean last) {
      /** Checks the text. */
      public Piece {
        require(!text.isEmpty(), "an empty piece");
      }

      /** One that a part may begin and end with, unless it is blank. */
      public static Piece of(String text) {
        return new Piece(text, !text.isBlank(), !text.isBlank());
      }
    }

    /** Copies the lists. */
    public Span {
      texts = texts.stream().map(List::copyOf).toList();
    }
  }

  /**
   * What two grammars both match.
   *
   * @param first without special tokens, as {@code second}
   */
  record Both(Grammar first, Grammar second) implements Grammar {}

  static Grammar literal(String text) {
    return new Literal(text);
  }

  static Grammar special(int id) {
    return new Special(id);
  }

  static Grammar sequence(Grammar... parts) {
    return new Sequence(Arrays.asList(parts));
  }

  static Grammar choice(Grammar... alternatives) {
    return new Choice(Arrays.asList(alternatives));
  }

  /** One of these texts. */
  static Grammar oneOf(List<String> texts) {
    return new Choice(texts.stream().map(Grammar::literal).toList());
  }

  static Grammar optional(Grammar what) {
    return new Repeat(what, 0, 1);
  }

  static Grammar repeat(Grammar what, int min, int max) {
    return new Repeat(what, min, max);
  }

  /** At least {@code min} times. */
  static Grammar repeat(Grammar what, int min) {
    return new Repeat(what, min, UNBOUNDED);
  }

  /** A part of one of the texts, of whole characters; neither the first nor the last is blank. */
  static Grammar span(List<String> texts) {
    return new Span(
        texts.stream()
            .map(
                text ->
                    text.codePoints().mapToObj(Character::toString).map(Span.Piece::of).toList())
            .toList());
  }

  static Grammar anyOf(CodePoints set) {
    return new AnyOf(set);
  }

  /**
   * Free text on one line, without control characters.
   *
   * @param min fewest characters (code points)
   * @param max most
   */
  static Grammar text(int min, int max) {
    return new Repeat(new AnyOf(CodePoints.PRINTABLE), min, max);
  }

  /**
   * Texts that match a regular expression as a whole. Understood are: characters, {@code .},
   * classes {@code [a-z]} and {@code [^...]}, {@code \d \w \s} (ASCII) and their opposites, escapes
   * ({@code \n}, {@code \x41}, {@code \}{@code u0041}, any punctuation), groups, {@code |}, {@code
   * * + ?} and <code>{m,n}</code>, greedy or lazy, and {@code ^} and {@code $} where they change
   * nothing: at either end.
   *
   * @throws InputException naming what is not understood, and where
   */
  static Grammar regex(String pattern) {
    return RegexParser.parse(pattern);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
