package io.jgpt.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small tokenizers of every kind against what the Hugging Face libraries make of awkward texts. */
class GoldenTokenizersTest {

  static final Path GOLDEN = Path.of("src/test/resources/golden/tokenizers");

  record Case(
      String text,
      List<Integer> ids,
      List<String> tokens,
      String decoded,
      List<Integer> plainIds) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bpe",
        "bpe-files",
        "bpe-prefix-space",
        "steps-digits",
        "steps-digit-runs",
        "steps-split-digit",
        "steps-gpt2-pattern",
        "steps-cl100k",
        "steps-previous",
        "steps-next",
        "steps-normalizer",
        "steps-unknown",
        "steps-ignore-merges"
      })
  void byteLevelBpe(String name) throws Exception {
    Tokenizer tokenizer = Tokenizers.open(GOLDEN.resolve(name));
    for (Case c : cases(name)) {
      check(tokenizer, c);
      assertEquals(c.decoded(), tokenizer.decode(ints(c.ids())), c.text());
    }
  }

  @Test
  void bundledModel() throws Exception {
    Tokenizer tokenizer = Tokenizers.open(Path.of("../models/mini"));
    for (Case c : cases("../mini")) {
      check(tokenizer, c);
      assertEquals(c.decoded(), tokenizer.decode(ints(c.ids())), c.text());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wordpiece-cased", "wordpiece-uncased", "steps-wordpiece"})
  void wordPiece(String name) throws Exception {
    Tokenizer tokenizer = Tokenizers.open(GOLDEN.resolve(name));
    for (Case c : cases(name)) {
      check(tokenizer, c);
      // The one difference to the reference: no spaces at ideographs.
      String expected = c.decoded().replaceAll("(?<=" + CJK + ") | (?=" + CJK + ")", "");
      assertEquals(expected, tokenizer.decode(ints(c.ids())), c.text());
    }
  }

  private static final String CJK =
      "[\\u3000-\\u303F\\u3400-\\u9FFF\\uF900-\\uFAFF\\uFF00-\\uFF60]";

  private static void check(Tokenizer tokenizer, Case c) {
    assertArrayEquals(ints(c.ids()), tokenizer.encodeWithSpecials(c.text()), c.text());
    assertArrayEquals(ints(c.plainIds()), tokenizer.encode(c.text()), c.text());
    for (int i = 0; i < c.ids().size(); i++) {
      int id = c.ids().get(i);
      String spelling = c.tokens().get(i);
      assertEquals(spelling, tokenizer.piece(id));
      assertEquals(id, tokenizer.idOf(spelling).orElseThrow());
    }
    TokenStream stream = tokenizer.stream();
    var streamed = new StringBuilder();
    for (int id : c.ids()) {
      streamed.append(stream.push(id));
    }
    assertEquals(tokenizer.decode(ints(c.ids())), streamed.append(stream.finish()).toString());
  }

  static List<Case> cases(String name) throws Exception {
    Path file = GOLDEN.resolve(name).resolve("cases.json");
    var cases = new ArrayList<Case>();
    var all = (Json.Sequence) new JsonReader(file, Files.readAllBytes(file)).value();
    for (Json entry : all.entries()) {
      var table = (Json.Table) entry;
      List<Integer> ids = integers(table.sequence("ids"));
      cases.add(
          new Case(
              table.text("text").orElseThrow(),
              ids,
              table.sequence("tokens").stream().map(token -> ((Json.Text) token).value()).toList(),
              table.text("decoded").orElseThrow(),
              table.isSequence("plain_ids") ? integers(table.sequence("plain_ids")) : ids));
    }
    assertTrue(cases.size() > 10);
    return cases;
  }

  private static List<Integer> integers(List<Json> values) {
    return values.stream().map(value -> (int) ((Json.Numeral) value).value()).toList();
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
