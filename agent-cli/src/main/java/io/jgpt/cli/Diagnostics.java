package io.jgpt.cli;

import io.jgpt.agent.tool.DisplayText;
import io.jgpt.cli.terminal.Rows;
import io.jgpt.cli.terminal.SafeText;
import io.jgpt.cli.terminal.StatusLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard error: errors and warnings always, one line each; status only to a terminal; statistics
 * where asked for.
 */
final class Diagnostics {

  private final OutputStream stream;
  private final Host host;
  private final Messages messages;
  private StatusLine status = StatusLine.silent();
  private boolean quiet = true;

  Diagnostics(Host host, Messages messages) {
    this.stream = host.err();
    this.host = host;
    this.messages = messages;
  }

  /** Lets the status be shown from now on, if there is a terminal to show it. */
  void showStatus() {
    if (host.errKind() == StreamKind.TERMINAL
        && !"dumb".equals(host.environment().getOrDefault("TERM", "dumb"))) {
      quiet = false;
      status = new StatusLine(this::write, host.columns().getAsInt());
    }
  }

  /** Whether somebody watches, who may be asked. */
  boolean isWatched() {
    return !quiet;
  }

  StatusLine status() {
    return status;
  }

  /** A line for whoever watches; nobody else gets it. */
  void note(String key, Object... arguments) {
    if (!quiet) {
      line(messages.text(key, arguments));
    }
  }

  /** As {@link #note}, of what somebody else wrote: see {@link Rows}. */
  void watch(String mark, String text) {
    if (!quiet) {
      quote(mark, text);
    }
  }

  /** Shows what somebody else wrote, also to a pipe: see {@link Rows}. */
  void quote(String first, String text) {
    boolean terminal = host.errKind() == StreamKind.TERMINAL;
    int columns = terminal ? host.columns().getAsInt() : Integer.MAX_VALUE;
    status.clear();
    write(String.join("\n", Rows.of(first, DisplayText.text(text), columns)) + "\n");
  }

  /** What stands before an answer on the same line of the terminal. */
  void label(String text) {
    if (!quiet) {
      status.clear();
      write(SafeText.onOneLine(text));
    }
  }

  void warning(String message) {
    line(messages.text("warning", message));
  }

  void error(String message) {
    line("jgpt: " + message);
  }

  private void line(String text) {
    status.clear();
    write(SafeText.onOneLine(text) + "\n");
  }

  /** Writes lines as they are. */
  void write(String text) {
    try {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
      stream.flush();
    } catch (IOException e) {
      // There is nobody left to be told.
      return;
    }
  }
}
