package io.jgpt.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Lines typed at a terminal, with editing, history and completion. */
public final class TerminalLines implements LineInput {

  private static final String CONTINUED = "> ";

  private final Terminal terminal;
  private final LineReader reader;

  private TerminalLines(Terminal terminal, List<String> words, List<String> history) {
    this.terminal = terminal;
    var parser = new DefaultParser();
    parser.setEscapeChars(null);
    parser.setQuoteChars(new char[0]);
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(parser)
            .completer(new StringsCompleter(words))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    history.forEach(reader.getHistory()::add);
  }

  /**
   * The process's terminal; the caller closes it.
   *
   * @param words that the tabulator completes
   * @param history oldest first
   */
  public static TerminalLines ofProcess(List<String> words, List<String> history) {
    try {
      Terminal terminal =
          TerminalBuilder.builder()
              .system(true)
              .dumb(true)
              .encoding(StandardCharsets.UTF_8)
              .build();
      return new TerminalLines(terminal, words, history);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On another terminal, which is closed with this. */
  static TerminalLines on(Terminal terminal, List<String> words, List<String> history) {
    return new TerminalLines(terminal, words, history);
  }

  @Override
  public Entry read(String prompt) {
    try {
      StringBuilder text = new StringBuilder(reader.readLine(prompt));
      while (!text.isEmpty() && text.charAt(text.length() - 1) == '\\') {
        text.setCharAt(text.length() - 1, '\n');
        text.append(reader.readLine(CONTINUED));
      }
      return new Entry.Typed(text.toString());
    } catch (UserInterruptException e) {
      return new Entry.Interrupted();
    } catch (EndOfFileException e) {
      return new Entry.End();
    }
  }

  @Override
  public Entry ask(String prompt) {
    reader.setVariable(LineReader.DISABLE_HISTORY, true);
    reader.setVariable(LineReader.DISABLE_COMPLETION, true);
    try {
      return read(prompt);
    } finally {
      reader.setVariable(LineReader.DISABLE_HISTORY, false);
      reader.setVariable(LineReader.DISABLE_COMPLETION, false);
    }
  }

  @Override
  public void onInterrupt(Runnable action) {
    terminal.handle(Terminal.Signal.INT, signal -> action.run());
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
