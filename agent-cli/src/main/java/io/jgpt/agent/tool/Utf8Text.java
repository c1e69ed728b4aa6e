package io.jgpt.agent.tool;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Files as text: UTF-8 whatever the system's default is, and nothing that is not text. */
final class Utf8Text {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private Utf8Text() {}

  /**
   * The text of the first {@code limit} bytes; a character that the limit cuts in two is left out.
   *
   * @param bytes one more than the limit if the file goes on
   */
  static Workspace.Content decode(WorkspacePath path, byte[] bytes, int limit)
      throws ToolException {
    boolean cut = bytes.length > limit;
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, limit));
    CharBuffer out = CharBuffer.allocate(in.remaining());
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, out, !cut);
    String text = out.flip().toString();
    if (result.isError() || text.indexOf('\0') >= 0) {
      throw new ToolException(path + " is not text in UTF-8");
    }
    boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    return new Workspace.Content(marked ? text.substring(1) : text, cut);
  }

  static byte[] encode(String text) throws ToolException {
    try {
      ByteBuffer out = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[out.remaining()];
      out.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new ToolException("the text has half a character", e);
    }
  }
}
