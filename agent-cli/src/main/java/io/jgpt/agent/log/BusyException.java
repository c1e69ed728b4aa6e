package io.jgpt.agent.log;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file is in use: it is opened again when that is over. */
public final class BusyException extends FileSystemException {

  private static final long serialVersionUID = 1;

  BusyException(Path file, String by) {
    super(file.toString(), null, by);
  }
}
