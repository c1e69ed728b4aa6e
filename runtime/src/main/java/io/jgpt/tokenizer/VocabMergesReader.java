package io.jgpt.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.jgpt.error.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a byte-level BPE from {@code vocab.json} and {@code merges.txt}. */
final class VocabMergesReader {

  private static final String END_OF_TEXT = "<|endoftext|>";
  private static final int MAX_TOKENS = 1 << 22;

  private VocabMergesReader() {}

  static Tokenizer read(Path directory) {
    Path vocabFile = directory.resolve("vocab.json");
    var added = new ArrayList<AddedToken>();
    TokenTable tokens = readVocab(vocabFile, added);
    return new BytePairTokenizer(
        new BytePairModel(tokens, readMerges(directory.resolve("merges.txt"), tokens)),
        added,
        new Gpt2Splitter());
  }

  private static TokenTable readVocab(Path file, List<AddedToken> added) {
    var tokens = new TokenTable(1 << 16);
    var factory =
        JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();
    try (JsonParser parser = factory.createParser(Files.readAllBytes(file))) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String piece = parser.currentName();
        parser.nextToken();
        int id = parser.getIntValue();
        if (id < 0 || id >= MAX_TOKENS || tokens.has(id)) {
          throw new ModelException("tokenizer.badId", file, piece, id);
        }
        byte[] bytes = new byte[piece.length()];
        int n = ByteAlphabet.unspell(piece, bytes);
        if (n < 0) {
          bytes = piece.getBytes(StandardCharsets.UTF_8);
          tokens.add(id, bytes, 0, bytes.length, false);
        } else {
          tokens.add(id, bytes, 0, n, true);
        }
        if (piece.equals(END_OF_TEXT)) {
          added.add(AddedToken.special(id, piece));
        }
      }
    } catch (IOException e) {
      throw new ModelException(e, "tokenizer.badJson", file, String.valueOf(e.getMessage()));
    }
    return tokens;
  }

  private static MergeTable readMerges(Path file, TokenTable tokens) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ModelException(e, "tokenizer.unreadable", file, String.valueOf(e.getMessage()));
    }
    var merges = new MergeTable(lines.size());
    for (String line : lines) {
      if (line.isEmpty() || line.startsWith("#version")) {
        continue;
      }
      int space = line.indexOf(' ');
      byte[] bytes = new byte[line.length()];
      int n = space < 0 ? -1 : ByteAlphabet.unspell(line.replace(" ", ""), bytes);
      int left = n < 0 ? -1 : tokens.find(bytes, 0, space);
      int right = n < 0 ? -1 : tokens.find(bytes, space, n);
      int merged = n < 0 ? -1 : tokens.find(bytes, 0, n);
      if (left < 0 || right < 0 || merged < 0) {
        throw new ModelException("tokenizer.badMerge", file, line);
      }
      merges.add(left, right, merged);
    }
    return merges;
  }
}
