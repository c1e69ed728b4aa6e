package io.jgpt.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.InputException;
import io.jgpt.error.ModelException;
import io.jgpt.testing.Mutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile files give a tokenizer or one line that says what is wrong, nothing else. */
class HostileTokenizerTest {

  @TempDir Path directory;

  /** Over all: 10,400 mutated files. */
  @ParameterizedTest
  @CsvSource({
    "bpe, tokenizer.json, 3000",
    "steps-cl100k, tokenizer.json, 1000",
    "steps-wordpiece, tokenizer.json, 1500",
    "bpe-files, vocab.json, 1800",
    "bpe-files, merges.txt, 1500",
    "bpe-files, tokenizer_config.json, 400",
    "wordpiece-uncased, vocab.txt, 800",
    "wordpiece-uncased, tokenizer_config.json, 400"
  })
  void mutatedFilesGiveATokenizerOrOneLine(String name, String file, int usual) throws IOException {
    try (var files = Files.list(GoldenTokenizersTest.GOLDEN.resolve(name))) {
      for (Path source : files.toList()) {
        Files.copy(source, directory.resolve(source.getFileName()));
      }
    }
    byte[] original = Files.readAllBytes(directory.resolve(file));
    var mutator = new Mutator(usual);
    int count = Mutator.rounds(usual);
    int opened = 0;
    for (int i = 0; i < count; i++) {
      // A new file each time: a file system may wait for the disk where one is overwritten.
      Files.delete(directory.resolve(file));
      boolean json = file.endsWith(".json") && i % 2 == 0;
      Files.write(directory.resolve(file), json ? mutator.json(original) : mutator.bytes(original));
      try {
        Tokenizer tokenizer = Tokenizers.open(directory);
        opened++;
        int[] ids = tokenizer.encodeWithSpecials("Once upon a time 12 國破!<|user|> [CLS]");
        for (int id : ids) {
          assertTrue(id >= 0 && id < tokenizer.vocabSize());
        }
        tokenizer.decode(ids);
      } catch (ModelException e) {
        assertOneLine(e);
      } catch (InputException e) {
        assertEquals("tokenizer.slowPattern", e.key());
      }
    }
    assertTrue(opened > 0 && opened < count, opened + " of " + count + " opened");
  }

  private static void assertOneLine(ModelException e) {
    assertTrue(e.key().startsWith("tokenizer."), e.key());
    for (Locale locale : new Locale[] {Locale.ENGLISH, Locale.SIMPLIFIED_CHINESE}) {
      String line = e.message(locale);
      assertFalse(line.isBlank());
      assertFalse(line.contains("\n"), line);
      assertTrue(line.length() < 600, line);
    }
  }

  @Test
  void aDirectoryWithoutATokenizerIsSaidToBeOne() {
    assertTrue(Tokenizers.find(directory).isEmpty());
    var e = assertThrows(ModelException.class, () -> Tokenizers.open(directory));
    assertEquals("tokenizer.none", e.key());
    assertTrue(Tokenizers.find(Path.of("src/test/resources/models/capp-gpt")).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"vocab.json", "merges.txt"})
  void vocabularyAndMergesGoTogether(String only) throws IOException {
    Files.writeString(directory.resolve(only), "{}");
    var e = assertThrows(ModelException.class, () -> Tokenizers.find(directory));
    assertEquals("tokenizer.missingFile", e.key());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",0.5]]}} | unsupportedModel",
        "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}} | unsupportedModel",
        "{\"model\":{\"vocab\":{\"a\":0}}} | unsupportedModel",
        "{} | unsupportedModel",
        "[] | badJson",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}}} | missingPart",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}} | takenId",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}} | badId",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}} | badMerge",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[[\"a\"]]}} | badMerge",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}} | unsupportedModel",
        "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0}}} | noUnknown",
        "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"[UNK]\":0},"
            + "\"max_input_chars_per_word\":1001}} | badValue",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":1e2},\"merges\":[]}} | badJson"
      })
  void whatIsWrongIsNamed(String json, String key) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), json);
    var e = assertThrows(ModelException.class, () -> Tokenizers.open(directory));
    assertEquals("tokenizer." + key, e.key(), e.getMessage());
  }

  @Test
  void mergesMayComeBeforeTheVocabularyAndTheTypeLast() throws IOException {
    Files.writeString(
        directory.resolve("tokenizer.json"),
        """
        {"model": {"merges": ["a b"], "vocab": {"a": 7, "b": 1, "ab": 2}, "type": "BPE"},
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}}
        """);
    Tokenizer tokenizer = Tokenizers.open(directory);
    assertEquals("[2, 7]", Arrays.toString(tokenizer.encode("aba")));
    assertEquals(8, tokenizer.vocabSize());
    assertEquals(0, tokenizer.bytes(3).length); // a hole
    assertEquals("", tokenizer.decode(3, 4));
  }

  /** As GPT-2's own tokenizer.json on the hub is: no type, empty strings for what is not there. */
  @Test
  void aFileWithoutATypeIsReadAsTheBpeItIs() throws IOException {
    Files.writeString(
        directory.resolve("tokenizer.json"),
        """
        {"added_tokens": [{"id": 3, "special": true, "content": "<|endoftext|>"}],
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
         "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false},
         "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
         "model": {"dropout": null, "unk_token": "", "continuing_subword_prefix": "",
           "end_of_word_suffix": "", "fuse_unk": false,
           "vocab": {"a": 0, "b": 1, "ab": 2, "<|endoftext|>": 3}, "merges": ["a b"]}}
        """);
    Tokenizer tokenizer = Tokenizers.open(directory);
    assertEquals("[3, 2, 0]", Arrays.toString(tokenizer.encodeWithSpecials("<|endoftext|>aba")));
    assertTrue(tokenizer.isSpecial(3));
  }

  @Test
  void replacementsThatMultiplyAreStopped() throws IOException {
    String step =
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aaaaaaaaaa\"}";
    writeSteps("normalizer", "normalizers", (step + ",").repeat(29) + step);
    Tokenizer tokenizer = Tokenizers.open(directory);
    assertEquals(0, tokenizer.encode("").length);
    var e = assertThrows(InputException.class, () -> tokenizer.encode("a"));
    assertEquals("tokenizer.replaced", e.key());
  }

  @ParameterizedTest
  @CsvSource({"normalizer, normalizers, NFC", "pre_tokenizer, pretokenizers, WhitespaceSplit"})
  void stepsAreBounded(String part, String list, String type) throws IOException {
    String step = "{\"type\": \"" + type + "\"}";
    writeSteps(part, list, (step + ",").repeat(50_000) + step);
    var e = assertThrows(ModelException.class, () -> Tokenizers.open(directory));
    assertEquals("tokenizer.tooManySteps", e.key());
  }

  private void writeSteps(String part, String list, String steps) throws IOException {
    Files.writeString(
        directory.resolve("tokenizer.json"),
        "{\"pre_tokenizer\": {\"type\": \"ByteLevel\"}, \"model\": {\"type\": \"BPE\","
            + " \"vocab\": {\"a\": 0}, \"merges\": []}, \"%s\": {\"type\": \"Sequence\", \"%s\": [%s]}}"
                .formatted(part, list, steps));
  }

  @Test
  void addedTokensAreBounded() throws IOException {
    Files.writeString(directory.resolve("vocab.txt"), "[UNK]\n");
    var entries = new StringBuilder();
    for (int id = 1; id <= 1100; id++) {
      String content = "x".repeat(990) + id;
      entries.append(id == 1 ? "" : ",").append("\"" + content + "\": " + id);
    }
    Files.writeString(directory.resolve("added_tokens.json"), "{" + entries + "}");
    var e = assertThrows(ModelException.class, () -> Tokenizers.open(directory));
    assertEquals("tokenizer.tooManyAdded", e.key());
  }

  @Test
  void devicesAndDirectoriesInPlaceOfFiles() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    var endless = assertThrows(ModelException.class, () -> Tokenizers.open(directory));
    assertEquals("tokenizer.irregular", endless.key());
    Files.delete(file);
    Files.createDirectory(file);
    var other = assertThrows(ModelException.class, () -> Tokenizers.open(directory));
    assertEquals("tokenizer.irregular", other.key());
  }

  @Test
  void nestingIsBounded() throws IOException {
    String deep = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    Files.writeString(directory.resolve("tokenizer.json"), deep);
    var e = assertThrows(ModelException.class, () -> Tokenizers.open(directory));
    assertEquals("tokenizer.badJson", e.key());
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a+)+b", "(?:a|aa)*b", "(a)\\1", "a(", "\\h", "(?:a){9}"})
  void patternsThatCouldRunAwayAreRefused(String pattern) {
    var e =
        assertThrows(
            ModelException.class, () -> new SplitPattern(Path.of("tokenizer.json"), pattern));
    assertEquals("tokenizer.unsupportedPattern", e.key());
  }

  @Test
  void aPatternThatIsSlowOnATextIsStopped() {
    var pattern = new SplitPattern(Path.of("tokenizer.json"), "a*a*a*a*b");
    String text = "a".repeat(100_000);
    var e = assertThrows(InputException.class, () -> pattern.find(text, (from, to) -> {}));
    assertEquals("tokenizer.slowPattern", e.key());
  }

  @Test
  void addedTokensMustAgreeWithTheVocabulary() throws IOException {
    for (var entry :
        Map.of(
                "{\"5\": {\"content\": \"new\"}, \"6\": {\"content\": \"new\"}}", "takenId",
                "{\"0\": {\"content\": \"other than a\"}}", "takenId",
                "{\"9\": {\"content\": \"\"}}", "badContent",
                "{\"x\": {\"content\": \"y\"}}", "badValue",
                "{\"99999999\": {\"content\": \"y\"}}", "badId")
            .entrySet()) {
      Files.writeString(directory.resolve("vocab.json"), "{\"a\": 0}");
      Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n");
      Files.writeString(
          directory.resolve("tokenizer_config.json"),
          "{\"added_tokens_decoder\": " + entry.getKey() + "}");
      var e = assertThrows(ModelException.class, () -> Tokenizers.open(directory));
      assertEquals("tokenizer." + entry.getValue(), e.key(), e.getMessage());
    }
  }
}
