package io.jgpt.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every code point in the class that the reference puts it in. */
class CodePointsTest {

  @Test
  void byteLevelPreTokenisationClassesEveryCodePointAsTheReference() throws IOException {
    char[] expected = classes("byte-level.txt");
    for (int c = 0; c < expected.length; c++) {
      if (expected[c] != SURROGATE) {
        char actual =
            switch (CharClass.of(c)) {
              case LETTER -> 'L';
              case NUMBER -> 'N';
              case SPACE -> 'S';
              case OTHER -> 'O';
            };
        assertEquals(expected[c], actual, Integer.toHexString(c));
      }
    }
  }

  /**
   * The reference's tables for BERT are those of Unicode 8: to it, punctuation and format
   * characters that came later are unknown, and parts of words. Two characters have changed their
   * category.
   */
  @Test
  void bertClassesEveryCodePointOfUnicode8AsTheReference() throws IOException {
    char[] expected = classes("bert.txt");
    List<Integer> later = new ArrayList<>();
    for (int c = 0; c < expected.length; c++) {
      if (expected[c] != SURROGATE && expected[c] != bertClass(c)) {
        if (expected[c] == 'W') {
          later.add(c);
        } else {
          assertTrue(c == 0x166D || c == 0x111C9, Integer.toHexString(c));
        }
      }
    }
    assertEquals(160, later.size());
  }

  private static char bertClass(int codePoint) {
    var normalizer = new BertNormalizer(true, true, false, false);
    String character = Character.toString(codePoint);
    String text = normalizer.normalize("a" + character + "b");
    if (text.equals("ab")) {
      return 'D';
    } else if (text.equals("a b")) {
      return 'S';
    } else if (text.equals("a " + character + " b")) {
      return 'C';
    }
    var pieces = new ArrayList<String>();
    PipelineReader.BERT.split(
        text, 0, text.length(), (part, from, to) -> pieces.add(part.substring(from, to)));
    return pieces.size() == 1 ? 'W' : 'P';
  }

  private static final char SURROGATE = '-';

  /** The class of every code point; the file gives where runs of one begin. */
  private static char[] classes(String file) throws IOException {
    var lines =
        Files.readAllLines(GoldenTokenizersTest.GOLDEN.resolve("code-points").resolve(file));
    char[] classes = new char[Character.MAX_CODE_POINT + 1];
    int from = 0;
    char kind = SURROGATE;
    for (String line : lines) {
      int next = Integer.parseInt(line.substring(0, line.indexOf(' ')), 16);
      Arrays.fill(classes, from, next, kind);
      from = next;
      kind = line.charAt(line.length() - 1);
    }
    Arrays.fill(classes, from, classes.length, kind);
    Arrays.fill(classes, Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1, SURROGATE);
    return classes;
  }
}
