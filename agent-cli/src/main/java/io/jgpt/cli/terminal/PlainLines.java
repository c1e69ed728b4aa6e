package io.jgpt.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Lines of a pipe or a file, UTF-8. */
public final class PlainLines implements LineInput {

  private final BufferedReader reader;
  private final Consumer<String> prompts;

  /**
   * @param prompts takes what is asked and, as a terminal would show it, what is answered
   */
  public PlainLines(InputStream in, Consumer<String> prompts) {
    this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.prompts = prompts;
  }

  @Override
  public Entry read(String prompt) {
    prompts.accept(prompt);
    Entry entry = read();
    String shown = entry instanceof Entry.Typed typed ? typed.text() : "";
    prompts.accept(SafeText.onOneLine(shown) + "\n");
    return entry;
  }

  @Override
  public Entry ask(String prompt) {
    return read(prompt);
  }

  private Entry read() {
    StringBuilder text = new StringBuilder();
    try {
      while (true) {
        String line = reader.readLine();
        if (line == null) {
          return text.isEmpty() ? new Entry.End() : new Entry.Typed(text.toString());
        }
        if (!line.endsWith("\\")) {
          return new Entry.Typed(text.append(line).toString());
        }
        text.append(line, 0, line.length() - 1).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pipe has no Ctrl-C of its own: that ends the process. */
  @Override
  public void onInterrupt(Runnable action) {}

  /** The stream belongs to the process. */
  @Override
  public void close() {}
}
