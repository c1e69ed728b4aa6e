package io.jgpt.sampling.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Tokens made up for a test: id 0 ends the text, ids 1 to 3 are special, the others have bytes. A
 * vocabulary with spaces is like WordPiece: there are three contexts (the beginning, behind a
 * letter, behind anything else), and a token with an even id has a space before it behind a letter.
 */
final class TestVocabulary implements Vocabulary {

  static final int END = 0;
  static final int FIRST_TEXT = 4;

  private final List<byte[]> tokens = new ArrayList<>();
  private final boolean spaced;

  private TestVocabulary(List<byte[]> texts, boolean spaced) {
    for (int id = 0; id < FIRST_TEXT; id++) {
      tokens.add(new byte[0]);
    }
    tokens.addAll(texts);
    this.spaced = spaced;
  }

  static TestVocabulary of(String... texts) {
    return new TestVocabulary(
        Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList(), false);
  }

  /** A token for every byte, and these. */
  static TestVocabulary ofBytesAnd(String... texts) {
    List<byte[]> all = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      all.add(new byte[] {(byte) b});
    }
    Arrays.stream(texts).forEach(text -> all.add(text.getBytes(UTF_8)));
    return new TestVocabulary(all, false);
  }

  /** Pieces cut out of a text anywhere, in the middle of characters too. */
  static TestVocabulary random(Random random, String text, int count, boolean spaced) {
    byte[] bytes = text.getBytes(UTF_8);
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = random.nextInt(bytes.length);
      int length = 1 + (random.nextBoolean() ? 0 : random.nextInt(5));
      all.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length)));
    }
    return new TestVocabulary(all, spaced);
  }

  /** Every byte and pieces of a text. */
  static TestVocabulary randomWithBytes(Random random, String text, int count) {
    TestVocabulary pieces = random(random, text, count, false);
    List<byte[]> all = new ArrayList<>(ofBytesAnd().tokens.subList(FIRST_TEXT, FIRST_TEXT + 256));
    all.addAll(pieces.tokens.subList(FIRST_TEXT, pieces.tokens.size()));
    return new TestVocabulary(all, false);
  }

  @Override
  public int size() {
    return tokens.size();
  }

  @Override
  public int contexts() {
    return spaced ? 3 : 1;
  }

  @Override
  public byte[] bytes(int id, int context) {
    byte[] bytes = tokens.get(id);
    if (!spaced || context != 1 || id % 2 != 0 || bytes.length == 0) {
      return bytes.clone();
    }
    byte[] withSpace = new byte[bytes.length + 1];
    withSpace[0] = ' ';
    System.arraycopy(bytes, 0, withSpace, 1, bytes.length);
    return withSpace;
  }

  @Override
  public int contextAfter(int id, int context) {
    byte[] bytes = tokens.get(id);
    return !spaced ? 0 : Character.isLetter((char) bytes[bytes.length - 1]) ? 1 : 2;
  }

  @Override
  public int[] endOfText() {
    return new int[] {END};
  }

  /** The bytes of several tokens. */
  byte[] decode(List<Integer> ids) {
    var out = new ByteArrayOutputStream();
    int context = 0;
    for (int id : ids) {
      byte[] bytes = bytes(id, context);
      if (bytes.length > 0) {
        out.writeBytes(bytes);
        context = contextAfter(id, context);
      }
    }
    return out.toByteArray();
  }

  /** Ids of the bits set in a mask. */
  static Set<Integer> ids(long[] mask) {
    var ids = new HashSet<Integer>();
    IntStream.range(0, 64 * mask.length)
        .filter(id -> (mask[id / 64] >> id & 1) != 0)
        .forEach(ids::add);
    return ids;
  }
}
