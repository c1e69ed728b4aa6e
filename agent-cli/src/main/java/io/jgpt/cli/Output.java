package io.jgpt.cli;

import io.jgpt.cli.terminal.SafeText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output, always UTF-8. What goes to a terminal is made safe for it; a file or a pipe gets
 * the text as it is.
 */
final class Output {

  /** Standard output cannot be written. */
  static final class WriteException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final boolean closedPipe;

    WriteException(IOException cause, boolean closedPipe) {
      super(cause);
      this.closedPipe = closedPipe;
    }

    /** True if the reader went away, as {@code head} does once it has enough. */
    boolean closedPipe() {
      return closedPipe;
    }
  }

  private final OutputStream stream;
  private final StreamKind kind;

  Output(OutputStream stream, StreamKind kind) {
    this.stream = stream;
    this.kind = kind;
  }

  boolean isTerminal() {
    return kind == StreamKind.TERMINAL;
  }

  /** Writes {@code text} so that its reader has it at once. */
  void write(String text) {
    String safe = isTerminal() ? SafeText.shown(text) : text;
    try {
      stream.write(safe.getBytes(StandardCharsets.UTF_8));
      stream.flush();
    } catch (IOException e) {
      // The system tells "Broken pipe" in its own language, so what the stream is counts.
      boolean closedPipe = kind == StreamKind.PIPE || "Broken pipe".equals(e.getMessage());
      throw new WriteException(e, closedPipe);
    }
  }
}
