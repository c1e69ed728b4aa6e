package io.jgpt.sampling.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept between tokens stays within bounds, and is there when it is needed again. */
class CacheTest {

  /** Each text of ten letters is a state of its own: far more than are kept. */
  @Test
  void statesAndMasksAreForgottenBeforeTheyAreTooMany() {
    String letters = "ab";
    List<Grammar> words = new ArrayList<>();
    var random = new Random(1);
    for (int i = 0; i < 6000; i++) {
      words.add(
          Grammar.literal(
              IntStream.range(0, 20)
                  .mapToObj(at -> String.valueOf(letters.charAt(random.nextInt(2))))
                  .collect(Collectors.joining())));
    }
    var vocabulary = TestVocabulary.of("a", "b", "ab", "ba", "aa");
    var grammar = new GrammarCompiler(vocabulary).compile(new Grammar.Choice(words));
    Automaton automaton = grammar.automaton();
    Set<String> texts =
        words.stream().map(word -> ((Grammar.Literal) word).text()).collect(Collectors.toSet());
    int most = 0;
    int drops = 0;
    for (int trial = 0; trial < 6000; trial++) {
      GrammarConstraint constraint = grammar.get();
      var text = new StringBuilder();
      while (!constraint.isComplete()) {
        List<Integer> ids = TestVocabulary.ids(constraint.mask()).stream().sorted().toList();
        int id = ids.get(random.nextInt(ids.size()));
        constraint.accept(id);
        text.append(new String(vocabulary.bytes(id, 0), java.nio.charset.StandardCharsets.UTF_8));
        int now = automaton.states();
        drops += now < most / 2 ? 1 : 0;
        most = now < most / 2 ? now : Math.max(most, now);
        assertTrue(now <= Automaton.MAX_STATES && automaton.rowBytes() <= Automaton.MAX_ROW_BYTES);
      }
      assertTrue(texts.contains(text.toString()), text::toString);
    }
    assertTrue(drops > 0, "never full: " + most + " states");
  }

  @Test
  void aMaskIsMadeOnceForAllSequences() {
    var grammar =
        new GrammarCompiler(TestVocabulary.ofBytesAnd("ab")).compile(Grammar.regex("[a-z]*x"));
    GrammarConstraint first = grammar.get();
    GrammarConstraint second = grammar.get();
    assertSame(first.mask(), second.mask());
    first.accept(TestVocabulary.FIRST_TEXT + 'a');
    second.accept(TestVocabulary.FIRST_TEXT + 'b');
    assertSame(first.mask(), second.mask());
    assertEquals(1, first.leastTokens());
  }
}
