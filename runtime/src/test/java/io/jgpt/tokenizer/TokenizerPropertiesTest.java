package io.jgpt.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for every text and every sequence of ids. */
class TokenizerPropertiesTest {

  private static final Tokenizer GPT2 =
      Tokenizers.open(Path.of("src/test/resources/tokenizer/gpt2"));
  private static final int END_OF_TEXT = 50256;

  @Test
  void decodingWhatWasEncodedGivesTheText() {
    var random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      String text = randomText(random);
      int[] ids = GPT2.encode(text);
      assertEquals(text, GPT2.decode(ids));
      var bytes = new ByteArrayOutputStream();
      for (int id : ids) {
        bytes.writeBytes(GPT2.bytes(id));
      }
      assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), bytes.toByteArray());
    }
  }

  /** The scan for short pieces and the heap for long ones, against the definition. */
  @Test
  void longAndShortPiecesMergeByRankLeftmostFirst() {
    var tokens = new TokenTable(16);
    String[] pieces = {"a", "b", "aa", "ab", "ba", "aab", "abab", "aaaa", "bab"};
    for (int id = 0; id < pieces.length; id++) {
      byte[] bytes = pieces[id].getBytes(StandardCharsets.US_ASCII);
      tokens.add(id, bytes, 0, bytes.length, true);
    }
    var merges = new MergeTable(8);
    int[][] rules = {{1, 0, 4}, {0, 1, 3}, {0, 0, 2}, {2, 2, 7}, {3, 3, 6}, {0, 3, 5}, {1, 3, 8}};
    for (int[] rule : rules) {
      merges.add(rule[0], rule[1], rule[2]);
    }
    var model = new BytePairModel(tokens, merges, BytePairModel.Unknown.DROPPED, false);
    var random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      int length = 1 + random.nextInt(i % 2 == 0 ? 20 : 300);
      int[] letters = random.ints(length, 0, 2).toArray();
      String text = text(letters);
      var ids = new IdList();
      new BytePairEncoder(model, ids).accept(text, 0, text.length());
      assertArrayEquals(mergeByDefinition(letters, rules), ids.toArray(), text);
    }
  }

  private static String text(int[] letters) {
    var text = new StringBuilder();
    for (int letter : letters) {
      text.append((char) ('a' + letter));
    }
    return text.toString();
  }

  private static int[] mergeByDefinition(int[] letters, int[][] rules) {
    int[] ids = letters;
    for (int rank = 0; rank < rules.length; rank++) {
      int[] rule = rules[rank];
      for (int i = 0; i + 1 < ids.length; i++) {
        if (ids[i] == rule[0] && ids[i + 1] == rule[1]) {
          int[] head = IntStream.concat(Arrays.stream(ids, 0, i), IntStream.of(rule[2])).toArray();
          ids =
              IntStream.concat(Arrays.stream(head), Arrays.stream(ids, i + 2, ids.length))
                  .toArray();
          rank = -1; // the new pair may be of a lower rank
          break;
        }
      }
    }
    return ids;
  }

  @Test
  void aLoneSurrogateIsAReplacementCharacter() {
    assertArrayEquals(GPT2.encode("a\uFFFDb"), GPT2.encode("a\uD83Db"));
    assertArrayEquals(GPT2.encode("\uFFFD\uFFFD"), GPT2.encode("\uDE00\uD83D"));
    assertEquals("x\uFFFD😀", GPT2.decode(GPT2.encode("x\uD83D😀")));
  }

  @Test
  void specialTokensAreFoundOnlyWhereAskedForAndNeverDecoded() {
    String text = "a<|endoftext|>b";
    int[] ids = GPT2.encodeWithSpecials(text);
    assertArrayEquals(new int[] {64, END_OF_TEXT, 65}, ids);
    assertTrue(GPT2.isSpecial(END_OF_TEXT));
    assertEquals("ab", GPT2.decode(ids));
    assertFalse(Arrays.stream(GPT2.encode(text)).anyMatch(id -> id == END_OF_TEXT));
    assertEquals(text, GPT2.decode(GPT2.encode(text)));
    assertEquals(END_OF_TEXT, GPT2.idOf("<|endoftext|>").orElseThrow());
    assertEquals("<|endoftext|>", GPT2.piece(END_OF_TEXT));
  }

  @Test
  void idsOutsideTheVocabularyHaveNoText() {
    for (int id : new int[] {-1, GPT2.vocabSize(), Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals(0, GPT2.bytes(id).length);
      assertEquals("", GPT2.piece(id));
      assertEquals("", GPT2.decode(id));
      assertEquals("", GPT2.stream().push(id));
      assertFalse(GPT2.isSpecial(id));
    }
  }

  @Test
  void everyPieceLeadsBackToItsId() {
    for (int id = 0; id < GPT2.vocabSize(); id++) {
      assertEquals(id, GPT2.idOf(GPT2.piece(id)).orElseThrow());
    }
  }

  @Test
  void bytesThatAreNoTextBecomeReplacementCharactersAsInTheReference() {
    // single bytes F0 9F 98, then "a"; ED A0 80, an encoded surrogate; C0 80; F5
    assertEquals("\uFFFDa", GPT2.decode(bytes(0xF0, 0x9F, 0x98, 'a')));
    assertEquals("\uFFFD\uFFFD\uFFFD", GPT2.decode(bytes(0xED, 0xA0, 0x80)));
    assertEquals("\uFFFD\uFFFDa", GPT2.decode(bytes(0xC0, 0x80, 'a')));
    assertEquals("\uFFFD\uFFFD", GPT2.decode(bytes(0xF5, 0xE2)));
    assertEquals("😀", GPT2.decode(bytes(0xF0, 0x9F, 0x98, 0x80)));
  }

  private static int[] bytes(int... bytes) {
    return Arrays.stream(bytes)
        .map(b -> GPT2.idOf(ByteAlphabet.spell(new byte[] {(byte) b})).orElseThrow())
        .toArray();
  }

  /**
   * A piece of a million bytes: n log n takes a fraction of a second, n squared would take hours.
   */
  @Test
  void megabytesOfOneLetterAreEncoded() {
    for (String letter : new String[] {"a", "!", " ", "é", "9", "你"}) {
      String text = letter.repeat(1_000_000);
      assertEquals(text, GPT2.decode(GPT2.encode(text)));
    }
  }

  private static final int[] STARTS = {0x20, 0x41, 0x391, 0x5D0, 0x4E00, 0x1F600, 0x1F1E6, 0x10000};

  static String randomText(Random random) {
    var text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      int kind = random.nextInt(4);
      int codePoint =
          switch (kind) {
            case 0 -> random.nextInt(Character.MAX_CODE_POINT + 1);
            case 1 -> STARTS[random.nextInt(STARTS.length)] + random.nextInt(40);
            case 2 -> " \n\t'<|>\u200D\uFE0F".charAt(random.nextInt(9));
            default -> 'a' + random.nextInt(26);
          };
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
    return text.toString();
  }
}
