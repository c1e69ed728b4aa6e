package io.jgpt.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts and ids that other projects have published for GPT-2's tokenizer. */
class Gpt2VectorsTest {

  static final Path RESOURCES = Path.of("src/test/resources/tokenizer");

  private final Tokenizer gpt2 = Tokenizers.open(RESOURCES.resolve("gpt2"));

  @Test
  void encodesTheTextsOfJtokkit() throws IOException {
    var rows = csv(Files.readString(RESOURCES.resolve("r50k_base_encodings.csv")));
    assertEquals(423, rows.size() - 1);
    for (var row : rows.subList(1, rows.size())) {
      int[] expected = ids(row.get(1).replaceAll("[\\[\\],]", " "));
      assertArrayEquals(expected, gpt2.encode(row.get(0)), row.get(0));
      assertEquals(row.get(0), gpt2.decode(expected));
    }
  }

  @Test
  void encodesTheTextsOfLlamaCpp() throws IOException {
    String[] texts =
        Files.readString(RESOURCES.resolve("gpt-2.inp")).split("\n__ggml_vocab_test__\n", -1);
    String[] lines = Files.readString(RESOURCES.resolve("gpt-2.out")).split("\n", -1);
    assertEquals(47, texts.length); // the last is empty
    assertEquals(47, lines.length);
    for (int i = 0; i < texts.length; i++) {
      int[] expected = ids(lines[i]);
      assertArrayEquals(expected, gpt2.encode(texts[i]), texts[i]);
      assertEquals(texts[i], gpt2.decode(expected));
    }
  }

  private static int[] ids(String line) {
    return line.isBlank()
        ? new int[0]
        : Arrays.stream(line.strip().split("\\s+")).mapToInt(Integer::parseInt).toArray();
  }

  /** Rows of fields; a field in quotation marks may hold commas, line breaks and doubled quotes. */
  private static List<List<String>> csv(String text) {
    var rows = new ArrayList<List<String>>();
    var row = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (quoted || (c != ',' && c != '\n')) {
        field.append(c);
      } else {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(List.copyOf(row));
          row.clear();
        }
      }
    }
    return rows;
  }
}
