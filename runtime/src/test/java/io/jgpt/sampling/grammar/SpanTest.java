package io.jgpt.sampling.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.sampling.grammar.Grammar.Span.Piece;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Parts of texts, against all runs of their pieces written out. */
class SpanTest {

  private static final String[] PIECES = {"a", "ab", "b.a", " ", "  ", "好", "é!", "😀", "\t"};

  private static boolean matches(Grammar grammar, String text) {
    var automaton =
        new Automaton(NfaBuilder.build(grammar), new TokenTries(TestVocabulary.ofBytesAnd()));
    return automaton.after(automaton.start(), text.getBytes(UTF_8)).isAccepting();
  }

  @Test
  void areRunsOfPiecesFromOneThatMayBeFirstToOneThatMayBeLast() {
    var random = new Random(11);
    int inside = 0;
    for (int trial = 0; trial < 300; trial++) {
      List<List<Piece>> texts = new ArrayList<>();
      Set<String> runs = new HashSet<>();
      Set<String> cut = new HashSet<>(Set.of(""));
      for (int t = random.nextInt(3); t >= 0; t--) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
          String text = PIECES[random.nextInt(PIECES.length)];
          pieces.add(new Piece(text, random.nextInt(3) > 0, random.nextInt(3) > 0));
        }
        texts.add(pieces);
        for (int from = 0; from < pieces.size(); from++) {
          for (int to = from + 1; to <= pieces.size(); to++) {
            if (pieces.get(from).first() && pieces.get(to - 1).last()) {
              runs.add(joined(pieces.subList(from, to)));
            }
          }
        }
        String whole = joined(pieces);
        for (int from = 0; from < whole.length(); from++) {
          for (int to = from + 1; to <= whole.length(); to++) {
            cut.add(whole.substring(from, to));
          }
        }
      }
      var grammar = new Grammar.Span(texts);
      for (String text : cut) {
        assertEquals(runs.contains(text), matches(grammar, text), () -> text + " of " + texts);
        inside += runs.contains(text) ? 1 : 0;
      }
    }
    assertTrue(inside > 1000, "runs: " + inside);
  }

  private static String joined(List<Piece> pieces) {
    return pieces.stream().map(Piece::text).collect(Collectors.joining());
  }

  @Test
  void ofATextThatIsNotCutBeginsAndEndsAtAnyCharacter() {
    Grammar grammar = Grammar.span(List.of("to 甲.txt", "391"));
    for (String text : new String[] {"甲.txt", "o 甲", "39", "t"}) {
      assertTrue(matches(grammar, text), text);
    }
    for (String text : new String[] {"", " 甲", "to ", "t391", "319"}) {
      assertFalse(matches(grammar, text), text);
    }
  }
}
