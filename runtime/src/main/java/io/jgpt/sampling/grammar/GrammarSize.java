package io.jgpt.sampling.grammar;

import java.util.IdentityHashMap;
import java.util.List;

/** About how many nodes the automaton of a grammar has, without making it. */
final class GrammarSize {

  private static final long MOST = 1L << 30;

  /** Parts that stand in several places are looked at once. */
  private final IdentityHashMap<Grammar, Long> known = new IdentityHashMap<>();

  private GrammarSize() {}

  static long of(Grammar grammar) {
    return new GrammarSize().size(grammar);
  }

  private long size(Grammar grammar) {
    Long size = known.get(grammar);
    if (size == null) {
      size = Math.min(MOST, measure(grammar));
      known.put(grammar, size);
    }
    return size;
  }

  private long measure(Grammar grammar) {
    return switch (grammar) {
      case Grammar.Literal(String text) -> text.length();
      case Grammar.Special special -> 1;
      case Grammar.AnyOf(CodePoints set) -> 1 + 2L * set.ranges().size();
      case Grammar.Sequence(List<Grammar> parts) -> sum(parts);
      case Grammar.Choice(List<Grammar> alternatives) -> 1 + sum(alternatives);
      case Grammar.Repeat(Grammar what, int min, int max) ->
          (max == Grammar.UNBOUNDED ? min + 1L : max) * (1 + size(what));
      case Grammar.Separated list ->
          (list.max() == Grammar.UNBOUNDED ? list.min() : list.max())
              * (1 + size(list.what()) + size(list.separator()));
      case Grammar.Joined joined ->
          joined.parts().stream().mapToLong(part -> 5 + size(part.what())).sum();
      case Grammar.Span(List<List<Grammar.Span.Piece>> texts) ->
          texts.stream().flatMap(List::stream).mapToLong(piece -> piece.text().length()).sum();
      case Grammar.Both(Grammar first, Grammar second) ->
          size(first) + size(second) + Math.min(MOST, size(first) * size(second) / 16);
    };
  }

  private long sum(List<Grammar> parts) {
    return 1 + parts.stream().mapToLong(this::size).sum();
  }
}
