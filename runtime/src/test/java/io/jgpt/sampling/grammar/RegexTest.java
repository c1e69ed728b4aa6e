package io.jgpt.sampling.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.InputException;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Regular expressions against {@link Pattern}, on texts near and far. */
class RegexTest {

  private static final String[] ATOMS = {
    "a", "b", "é", "好", "😀", ".", "[a-é]", "[^ab]", "\\d", "\\W", "\\s", "\\S", "[\\w-]", "\\n",
    "\\.", "\\x41", "\\u597d"
  };
  private static final String[] QUANTIFIERS = {"*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", ""};
  private static final String[] LETTERS = {
    "a", "b", "c", "A", "é", "好", "她", "😀", "😁", " ", "\n", "7", "-", "_", ".", "\t", "ß"
  };

  private static String pattern(Random random, int depth) {
    int kind = random.nextInt(depth == 0 ? 1 : 4);
    return switch (kind) {
      case 0 -> ATOMS[random.nextInt(ATOMS.length)] + quantifier(random);
      case 1 -> "(" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
      case 2 -> "(?:" + pattern(random, depth - 1) + ")" + quantifier(random);
      default -> pattern(random, depth - 1) + pattern(random, depth - 1);
    };
  }

  private static String quantifier(Random random) {
    return QUANTIFIERS[random.nextInt(QUANTIFIERS.length)];
  }

  private static boolean matches(Automaton automaton, String text) {
    return automaton.after(automaton.start(), text.getBytes(UTF_8)).isAccepting();
  }

  private static Automaton automaton(Grammar grammar) {
    return new Automaton(NfaBuilder.build(grammar), new TokenTries(TestVocabulary.ofBytesAnd()));
  }

  @Test
  void matchesWhatJavaMatches() {
    var random = new Random(3);
    int matched = 0;
    for (int trial = 0; trial < 1500; trial++) {
      String pattern = pattern(random, 3);
      Pattern expected = Pattern.compile(pattern);
      Automaton whole = automaton(Grammar.regex(pattern));
      Automaton found = automaton(RegexParser.parseSearch(pattern));
      for (int i = 0; i < 40; i++) {
        var text = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
          text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        boolean matches = expected.matcher(text).matches();
        matched += matches ? 1 : 0;
        assertEquals(matches, matches(whole, text.toString()), () -> pattern + " on " + text);
        boolean finds = expected.matcher(text).find();
        assertEquals(finds, matches(found, text.toString()), () -> pattern + " in " + text);
      }
    }
    assertTrue(matched > 2000, matched + " matches");
  }

  @Test
  void anchorsAtEitherEndOfAnAlternativeChangeNothingInAWholeMatch() {
    for (String pattern : List.of("^a|b$", "^(a|b)$", "a|^b")) {
      Automaton whole = automaton(Grammar.regex(pattern));
      assertTrue(matches(whole, "a") && matches(whole, "b") && !matches(whole, "ab"), pattern);
    }
    Automaton found = automaton(RegexParser.parseSearch("^a|b$"));
    assertTrue(matches(found, "axx") && matches(found, "xxb") && !matches(found, "xax"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "(a)\\1, 4, \\1",
        "a(?=b), 2, (?=",
        "(?<!a)b, 1, (?<",
        "\\bword, 1, \\b",
        "a\\p{L}, 2, \\p",
        "a**+, 4, possessive +",
        "(ab, 1, unbalanced (",
        "ab), 3, unbalanced )",
        "*a, 1, *",
        "a(^b), 3, ^",
        "[b-a], 2, a range without order",
        "\"a{3,1}\", 2, {",
        "[], 1, an empty class"
      })
  void namesWhatItDoesNotUnderstandAndWhere(String pattern, int position, String what) {
    var e = assertThrows(InputException.class, () -> Grammar.regex(pattern));
    assertEquals("grammar.regex", e.key());
    assertTrue(
        e.getMessage().contains("character " + position + ": " + what + " "), e.getMessage());
  }
}
