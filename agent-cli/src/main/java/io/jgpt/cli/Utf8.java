package io.jgpt.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Strict UTF-8: what is invalid is told, not replaced. */
final class Utf8 {

  private Utf8() {}

  /** The text of {@code bytes}; empty if they are no UTF-8. */
  static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Offset of the first byte that belongs to no character; the length if all do. */
  static int firstInvalid(byte[] bytes) {
    var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    var input = ByteBuffer.wrap(bytes);
    var scratch = CharBuffer.allocate(8192);
    while (decoder.decode(input, scratch, true).isOverflow()) {
      scratch.clear();
    }
    return input.position();
  }
}
