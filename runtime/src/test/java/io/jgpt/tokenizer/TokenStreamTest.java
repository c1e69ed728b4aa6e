package io.jgpt.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that comes token by token. */
class TokenStreamTest {

  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Tokenizer GPT2 = Tokenizers.open(RESOURCES.resolve("tokenizer/gpt2"));
  private static final int END_OF_TEXT = 50256;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tokenizer/gpt2",
        "golden/tokenizers/bpe",
        "golden/tokenizers/wordpiece-cased",
        "golden/tokenizers/wordpiece-uncased"
      })
  void randomIdsStreamToWhatTheyDecodeTo(String directory) {
    Tokenizer tokenizer = Tokenizers.open(RESOURCES.resolve(directory));
    var random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      int[] ids = random.ints(random.nextInt(30), 0, tokenizer.vocabSize()).toArray();
      assertEquals(tokenizer.decode(ids), String.join("", stream(tokenizer, ids)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "👩‍👩‍👧‍👦",
        "👍🏽",
        "🏳️‍🌈",
        "🇨🇳",
        "❤️",
        "☃️",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "👨🏿‍🚀",
        "😶‍🌫️"
      })
  void anEmojiComesWhole(String emoji) {
    List<String> parts = stream(GPT2, GPT2.encode("x" + emoji + "y" + emoji));
    assertTrue(parts.contains(emoji) || parts.contains(emoji + "y"), parts.toString());
    assertEquals(emoji, parts.getLast());
  }

  @Test
  void flagsInARowComeOneByOne() {
    List<String> parts = stream(GPT2, GPT2.encode("🇨🇳🇫🇷🇩🇪"));
    parts.removeIf(String::isEmpty);
    assertEquals(List.of("🇨🇳", "🇫🇷", "🇩🇪"), parts);
  }

  /** No border between two events lies inside what the JDK takes for one cluster with an emoji. */
  @Test
  void noEventEndsInsideAnEmojiOrACharacter() {
    var random = new Random(4);
    var cluster = Pattern.compile("\\X");
    for (int i = 0; i < 2000; i++) {
      String text = randomEmoji(random);
      List<String> parts = stream(GPT2, GPT2.encode(text));
      assertEquals(text, String.join("", parts));
      var borders = new HashSet<Integer>();
      int at = 0;
      for (String part : parts) {
        at += part.length();
        borders.add(at);
      }
      var matcher = cluster.matcher(text);
      while (matcher.find()) {
        if (EmojiHold.begins(text.codePointAt(matcher.start()))) {
          for (int inside = matcher.start() + 1; inside < matcher.end(); inside++) {
            assertFalse(borders.contains(inside), parts.toString());
          }
        }
      }
    }
  }

  private static String randomEmoji(Random random) {
    int[] alphabet = {
      'a', ' ', 0x1F469, 0x1F44D, 0x2764, 0x1F3FD, 0x200D, 0xFE0F, 0x1F1E8, 0x1F1F3, 0x301, 0x4E2D,
      0x1F3F4, 0xE0067, 0xE007F, 0xA9, 0x903
    };
    var text = new StringBuilder();
    random.ints(12, 0, alphabet.length).forEach(i -> text.appendCodePoint(alphabet[i]));
    return text.toString();
  }

  @Test
  void ordinaryTextIsNeverDelayed() {
    int[] ids = GPT2.encode("The quick brown fox, naïve café. Ünïcode don't (1234)!");
    TokenStream stream = GPT2.stream();
    var streamed = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      streamed.append(stream.push(ids[i]));
      String soFar = GPT2.decode(Arrays.copyOf(ids, i + 1));
      assertEquals(soFar.replaceAll("\uFFFD+$", ""), streamed.toString());
    }
    assertEquals("", stream.finish());
  }

  @Test
  void chineseCharactersComeWholeAsTheyAreFinished() {
    String text = "春眠不覺曉，處處聞啼鳥。";
    List<String> parts = stream(GPT2, GPT2.encode(text));
    parts.removeIf(String::isEmpty);
    assertEquals(text, String.join("", parts));
    for (String part : parts) {
      assertFalse(part.contains("\uFFFD"));
    }
    assertEquals(12, parts.size());
  }

  @Test
  void aSpecialTokenInsideACharacterDoesNotBreakIt() {
    int[] ids = GPT2.encode("曉");
    TokenStream stream = GPT2.stream();
    var text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.push(id)).append(stream.push(END_OF_TEXT));
    }
    assertEquals("曉", text.append(stream.finish()).toString());
  }

  @Test
  void aClusterWithoutEndIsNotHeldForEver() {
    TokenStream stream = GPT2.stream();
    int[] ids = GPT2.encode("👩" + "\u200D👩".repeat(1000));
    int longest = 0;
    for (int id : ids) {
      longest = Math.max(longest, stream.push(id).length());
    }
    assertTrue(longest > 100 && longest < 300, "" + longest);
  }

  @Test
  void aPlainTokenAllocatesNoNewString() {
    TokenStream stream = GPT2.stream();
    int the = GPT2.encode(" the")[0];
    assertSame(stream.push(the), stream.push(the));
    assertEquals(" the", stream.push(the));
  }

  private static List<String> stream(Tokenizer tokenizer, int[] ids) {
    TokenStream stream = tokenizer.stream();
    var parts = new ArrayList<String>();
    for (int id : ids) {
      parts.add(stream.push(id));
    }
    parts.add(stream.finish());
    return parts;
  }
}
