package io.jgpt.cli.terminal;

/**
 * Lines that a person types, or a pipe brings. A line that ends with a backslash goes on in the
 * next. For one thread.
 */
public interface LineInput extends AutoCloseable {

  /** What came. */
  sealed interface Entry {
    /** A line, or several. */
    record Typed(String text) implements Entry {}

    /** Ctrl-C: the line is given up. */
    record Interrupted() implements Entry {}

    /** There will be no more. */
    record End() implements Entry {}
  }

  /**
   * The next entry.
   *
   * @param prompt shown before it; safe to show
   */
  Entry read(String prompt);

  /**
   * As {@link #read}, of an answer to a question: nothing completes it, and it is not offered again
   * later.
   *
   * @param prompt shown before it; safe to show
   */
  Entry ask(String prompt);

  /** What is to happen on Ctrl-C while nothing is read. */
  void onInterrupt(Runnable action);

  @Override
  void close();
}
