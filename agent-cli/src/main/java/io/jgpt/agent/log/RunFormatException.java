package io.jgpt.agent.log;

import java.nio.file.Path;

/** What is in a run's place is no run that this version can read. Nobody changed it since. */
public final class RunFormatException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is the matter with it. */
  public enum Fault {
    /** It does not begin as a run does. */
    FOREIGN,
    /** Its format is of a version to come. */
    NEWER,
    /** Its header lacks something, or has something else in its place. */
    HEADER,
    /** An event is none, or cannot follow those before it. */
    EVENT
  }

  private final Fault fault;
  private final transient Path file;
  private final int line;
  private final String detail;

  RunFormatException(Fault fault, Path file, int line, String detail) {
    super(fault + ": " + file + ", line " + line + " " + detail);
    this.fault = fault;
    this.file = file;
    this.line = line;
    this.detail = detail;
  }

  RunFormatException(Fault fault, Path file, int line, Exception cause) {
    this(fault, file, line, cause.getMessage());
    initCause(cause);
  }

  /** What is the matter. */
  public Fault fault() {
    return fault;
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** Where, from 1: the header is the first line. */
  public int line() {
    return line;
  }

  /** Why, in a few words; of a newer one the number of its format; may be empty. */
  public String detail() {
    return detail;
  }
}
