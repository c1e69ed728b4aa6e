package io.jgpt.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Lines typed at a terminal, with editing, history and completion. */
public final class TerminalLines implements LineInput {

  private static final String CONTINUED = "> ";

  /** A line that ends with a backslash goes on; it is edited and remembered as one. */
  private static final class Continuing extends DefaultParser {
    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      if (context == ParseContext.ACCEPT_LINE && line.endsWith("\\")) {
        throw new EOFError(-1, cursor, "continued");
      }
      return super.parse(line, cursor, context);
    }
  }

  private final Terminal terminal;
  private final LineReader reader;

  private TerminalLines(Terminal terminal, List<String> words, List<String> history) {
    this.terminal = terminal;
    var parser = new Continuing();
    parser.setEscapeChars(null);
    parser.setQuoteChars(new char[0]);
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(parser)
            .completer(new StringsCompleter(words))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUED)
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
      return new Entry.Typed(reader.readLine(prompt).replace("\\\n", "\n"));
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
