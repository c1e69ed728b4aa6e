package io.jgpt.agent.log;

import java.nio.file.Path;

/** A file is not as it was written: it is not used at all. */
public final class TamperedException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Path file;
  private final int line;

  /**
   * @param line from 1
   */
  public TamperedException(Path file, int line) {
    super(file + ", line " + line);
    this.file = file;
    this.line = line;
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** The first line that is not as it was written, from 1. */
  public int line() {
    return line;
  }
}
