package io.jgpt.sampling.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Masks, figures and forced tokens against an oracle that knows no automaton: all texts of a
 * language of few words, as {@link Pattern} sees it, and every way to spell each.
 */
class MaskBruteForceTest {

  private static final String[] LETTERS = {"a", "b", " ", "é", "好"};
  private static final int LONGEST = 4;
  private static final List<String> TEXTS = texts();
  private static final String SAMPLE = "ab a好 bé好a ba好b éa bb aab é好 b a";

  private static List<String> texts() {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).length() < LONGEST) {
        for (String letter : LETTERS) {
          texts.add(texts.get(i) + letter);
        }
      }
    }
    return texts;
  }

  @Test
  void allowsExactlyWhatCanBeCompletedWithTheTokensLeft() {
    var random = new Random(1);
    int walks = 0;
    int tight = 0;
    for (int trial = 0; trial < 2000; trial++) {
      String pattern = pattern(random, 3, LONGEST);
      var vocabulary =
          TestVocabulary.random(random, SAMPLE, 4 + random.nextInt(20), random.nextInt(3) == 0);
      var oracle = new Oracle(pattern, vocabulary);
      var compiler = new GrammarCompiler(vocabulary);
      Grammar grammar = Grammar.regex(pattern);
      int least = oracle.least(new byte[0], 0);
      if (least == LeastTokens.NEVER) {
        var e = assertThrows(InputException.class, () -> compiler.compile(grammar), pattern);
        assertEquals("grammar.spelling", e.key());
        continue;
      }
      TokenGrammar ready = compiler.compile(grammar);
      assertEquals(least, ready.leastTokens(), pattern);
      if (least > 0) {
        var e = assertThrows(InputException.class, () -> ready.get().begin(least - 1));
        assertEquals("grammar.length", e.key());
      }
      for (int more = 0; more < 4; more++) {
        tight += walk(random, ready.get(), oracle, Math.max(1, least + more));
        walks++;
      }
    }
    assertTrue(walks > 2000 && tight > 200, walks + " walks, " + tight + " tight masks");
  }

  /** Number of masks from which the length took tokens. */
  private static int walk(Random random, GrammarConstraint constraint, Oracle oracle, int most) {
    constraint.begin(most);
    List<Integer> ids = new ArrayList<>();
    int context = 0;
    int tight = 0;
    for (int remaining = most; ; remaining--) {
      byte[] text = oracle.vocabulary.decode(ids);
      Set<Integer> next = oracle.next(text, context, remaining - 1);
      boolean mayEnd = oracle.words.contains(new Word(text));
      assertTrue(mayEnd || !next.isEmpty(), "a dead end");
      assertEquals(mayEnd, constraint.mayEnd());
      assertEquals(oracle.least(text, context), constraint.leastTokens());
      if (remaining == 0) {
        assertTrue(mayEnd, () -> oracle + ": cut at " + new String(text, UTF_8));
        return tight;
      }
      assertEquals(next.isEmpty(), constraint.isComplete(), oracle::toString);
      if (next.isEmpty()) {
        return tight;
      }
      tight += next.size() < oracle.next(text, context, LeastTokens.NEVER - 1).size() ? 1 : 0;
      Set<Integer> allowed = new HashSet<>(next);
      if (mayEnd) {
        allowed.add(TestVocabulary.END);
      }
      assertEquals(allowed, TestVocabulary.ids(constraint.mask()), oracle::toString);
      checkForced(constraint.forced(), oracle, text, context, allowed);
      List<Integer> choice = next.stream().sorted().toList();
      int id = choice.get(random.nextInt(choice.size()));
      constraint.accept(id);
      context = oracle.vocabulary.contextAfter(id, context);
      ids.add(id);
    }
  }

  private static void checkForced(
      int forced, Oracle oracle, byte[] text, int context, Set<Integer> allowed) {
    if (allowed.size() == 1) {
      assertEquals(allowed, Set.of(forced), oracle::toString);
    }
    if (forced >= 0 && allowed.size() > 1) {
      assertTrue(allowed.contains(forced), oracle::toString);
      byte[] after = concat(text, oracle.vocabulary.bytes(forced, context));
      for (Word word : oracle.words) {
        assertTrue(!word.startsWith(text) || word.startsWith(after), oracle + " forced " + forced);
      }
      for (int id : allowed) {
        byte[] other = oracle.vocabulary.bytes(id, context);
        assertTrue(other.length <= after.length - text.length, "a longer one was there");
      }
    }
  }

  /** A pattern of no text with more letters than {@code most}. */
  private static String pattern(Random random, int depth, int most) {
    int kind = depth == 0 || most < 2 ? 0 : random.nextInt(6);
    return switch (kind) {
      case 0 -> LETTERS[random.nextInt(LETTERS.length)];
      case 1 ->
          "(" + pattern(random, depth - 1, most) + "|" + pattern(random, depth - 1, most) + ")";
      case 2 -> "(?:" + pattern(random, depth - 1, most) + ")?";
      case 3 -> {
        int times = 2 + random.nextInt(most - 1);
        yield "("
            + pattern(random, depth - 1, most / times)
            + "){"
            + random.nextInt(2)
            + ","
            + times
            + "}";
      }
      case 4 -> new String[] {"[ab]", "[ a-b]", "[é好]", "[aé]"}[random.nextInt(4)];
      default -> {
        int first = 1 + random.nextInt(most - 1);
        yield pattern(random, depth - 1, first) + pattern(random, depth - 1, most - first);
      }
    };
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** Bytes that can be compared. */
  private record Word(List<Byte> bytes) {
    Word(byte[] bytes) {
      this(list(bytes));
    }

    private static List<Byte> list(byte[] bytes) {
      List<Byte> list = new ArrayList<>();
      for (byte b : bytes) {
        list.add(b);
      }
      return list;
    }

    boolean startsWith(byte[] prefix) {
      return bytes.size() >= prefix.length && bytes.subList(0, prefix.length).equals(list(prefix));
    }
  }

  private static final class Oracle {
    private final String pattern;
    private final TestVocabulary vocabulary;
    private final List<byte[]> wordBytes;
    private final Set<Word> words = new HashSet<>();

    Oracle(String pattern, TestVocabulary vocabulary) {
      this.pattern = pattern;
      this.vocabulary = vocabulary;
      wordBytes =
          TEXTS.stream()
              .filter(Pattern.compile(pattern).asMatchPredicate())
              .map(text -> text.getBytes(UTF_8))
              .toList();
      wordBytes.forEach(word -> words.add(new Word(word)));
    }

    /** Tokens after which at most {@code more} complete the text. */
    Set<Integer> next(byte[] text, int context, int more) {
      Set<Integer> next = new HashSet<>();
      for (int id = TestVocabulary.FIRST_TEXT; id < vocabulary.size(); id++) {
        byte[] after = concat(text, vocabulary.bytes(id, context));
        if (least(after, vocabulary.contextAfter(id, context)) <= more) {
          next.add(id);
        }
      }
      return next;
    }

    int least(byte[] text, int context) {
      int least = LeastTokens.NEVER;
      for (byte[] word : wordBytes) {
        if (word.length >= text.length
            && Arrays.mismatch(text, 0, text.length, word, 0, text.length) < 0) {
          least = Math.min(least, spell(word, text.length, context));
        }
      }
      return least;
    }

    private int spell(byte[] word, int from, int context) {
      if (from == word.length) {
        return 0;
      }
      int least = LeastTokens.NEVER;
      for (int id = TestVocabulary.FIRST_TEXT; id < vocabulary.size(); id++) {
        byte[] bytes = vocabulary.bytes(id, context);
        int to = from + bytes.length;
        if (to <= word.length && Arrays.equals(bytes, 0, bytes.length, word, from, to)) {
          int rest = spell(word, to, vocabulary.contextAfter(id, context));
          least = rest == LeastTokens.NEVER ? least : Math.min(least, rest + 1);
        }
      }
      return least;
    }

    @Override
    public String toString() {
      return pattern;
    }
  }
}
