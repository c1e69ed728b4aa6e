package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads vocabulary and merges of a byte-level BPE, from JSON or from {@code merges.txt}. */
final class BytePairReader {

  private static final byte[] VERSION_LINE = "#version".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final TokenTable tokens;
  private final MergeTable merges;
  private byte[] pair = new byte[128];
  private int count;

  private BytePairReader(Path file, TokenTable tokens) {
    this.file = file;
    this.tokens = tokens;
    merges = new MergeTable(tokens.size());
  }

  /** Reads an object of spellings and ids. */
  static TokenTable vocabulary(Path file, JsonReader json) {
    var tokens = TokenizerFile.table(json.length());
    json.beginObject();
    while (json.hasNext()) {
      int n = json.keyBytes();
      byte[] text = json.text();
      int id = json.integer();
      TokenizerFile.checkFree(file, tokens, id, text, 0, n);
      int end = ByteAlphabet.unspell(text, 0, n);
      // A spelling outside the alphabet can be no result of merges: it stands for itself.
      tokens.add(id, text, 0, end < 0 ? n : end, end >= 0);
    }
    return tokens;
  }

  /** Reads an array of merges, each {@code "left right"} or {@code ["left", "right"]}. */
  static MergeTable merges(Path file, JsonReader json, TokenTable tokens) {
    var reader = new BytePairReader(file, tokens);
    json.beginArray();
    while (json.hasNext()) {
      if (json.peek() == '[') {
        reader.addPair(json);
      } else {
        int n = json.stringBytes();
        reader.addLine(json.text(), 0, n);
      }
    }
    return reader.merges;
  }

  /** Reads {@code merges.txt}: a merge per line, highest rank first. */
  static MergeTable merges(Path file, byte[] text, TokenTable tokens) {
    var reader = new BytePairReader(file, tokens);
    int from = 0;
    while (from < text.length) {
      int to = from;
      while (to < text.length && text[to] != '\n') {
        to++;
      }
      int end = to > from && text[to - 1] == '\r' ? to - 1 : to;
      if (end > from && !startsWith(text, from, end, VERSION_LINE)) {
        reader.addLine(text, from, end);
      }
      from = to + 1;
    }
    return reader.merges;
  }

  private static boolean startsWith(byte[] text, int from, int to, byte[] start) {
    return to - from >= start.length
        && Arrays.equals(text, from, from + start.length, start, 0, start.length);
  }

  private void addLine(byte[] text, int from, int to) {
    int space = from;
    while (space < to && text[space] != ' ') {
      space++;
    }
    if (space == to) {
      throw damaged(text, from, to);
    }
    int n = to - from;
    reserve(n);
    System.arraycopy(text, from, pair, 0, space - from);
    System.arraycopy(text, space + 1, pair, space - from, to - space - 1);
    add(space - from, n - 1);
  }

  private void addPair(JsonReader json) {
    json.beginArray();
    int n = 0;
    int split = 0;
    for (int part = 0; part < 2; part++) {
      if (!json.hasNext()) {
        throw damaged(pair, 0, n);
      }
      split = n;
      int length = json.stringBytes();
      reserve(n + length);
      System.arraycopy(json.text(), 0, pair, n, length);
      n += length;
    }
    if (json.hasNext()) {
      throw damaged(pair, 0, n);
    }
    add(split, n);
  }

  private void reserve(int n) {
    if (n > pair.length) {
      pair = Arrays.copyOf(pair, Math.max(n, 2 * pair.length));
    }
  }

  /** Adds the merge whose left part is spelled by {@code pair[0, split)}, the right by the rest. */
  private void add(int split, int n) {
    int left = -1;
    int right = -1;
    int merged = -1;
    int leftEnd = ByteAlphabet.unspell(pair, 0, split);
    int rightEnd = ByteAlphabet.unspell(pair, split, n);
    if (leftEnd >= 0 && rightEnd >= 0) {
      System.arraycopy(pair, split, pair, leftEnd, rightEnd - split);
      int end = leftEnd + rightEnd - split;
      left = tokens.find(pair, 0, leftEnd);
      right = tokens.find(pair, leftEnd, end);
      merged = tokens.find(pair, 0, end);
    }
    if (left < 0 || right < 0 || merged < 0) {
      throw damaged(pair, 0, n);
    }
    merges.add(left, right, merged);
    count++;
  }

  private ModelException damaged(byte[] text, int from, int to) {
    String shown = TokenizerFile.shown(new String(text, from, to - from, StandardCharsets.UTF_8));
    return new ModelException("tokenizer.badMerge", file, count + 1, shown);
  }
}
