package io.jgpt.agent.program;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs, with all that it starts. It leads a session of its own ({@code setsid}), so
 * that it has no terminal to write to or to read a password from.
 *
 * <p>{@link #close} ends every process that is in its session, descends from it, or carries the
 * mark that it was given in its environment. Each of the three alone can be escaped: by a session
 * of one's own, by a parent that ends, by a cleared environment. To escape all of them a program
 * must want to; who allows such a program allows whatever it does.
 */
public final class Child implements AutoCloseable {

  /** The variable that holds the mark. */
  static final String MARK = "JGPT_CHILD";

  private static final Path PROC = Path.of("/proc");
  private static final int MOST_SWEEPS = 500;
  private static final long BETWEEN_SWEEPS_MS = 10;

  /** What is done with what a program says. */
  public enum Streams {
    /** It has no input; its output and its errors are one stream. */
    OUTPUT_ALONE,
    /** It is talked to. */
    ALL
  }

  private final Process process;
  private final byte[] mark;
  private final Thread atExit;

  private Child(Process process, String mark) {
    this.process = process;
    this.mark = (MARK + "=" + mark).getBytes(StandardCharsets.US_ASCII);
    this.atExit = new Thread(this::sweep, "jgpt-child");
  }

  /**
   * Starts a program.
   *
   * @param command the program, by name or absolute path, and its arguments as they are
   * @param more variables beside those that every program gets
   * @param directory where it works
   * @throws IOException if there is no such program, or none can be started this way on this system
   */
  public static Child start(
      List<String> command,
      Surroundings surroundings,
      Map<String, String> more,
      Path directory,
      Streams streams)
      throws IOException {
    if (!Files.isReadable(PROC.resolve("self/stat"))) {
      throw new IOException("programs are started on Linux alone");
    }
    List<String> line = new ArrayList<>();
    line.add(Surroundings.find("setsid").toString());
    line.add(Surroundings.find(command.getFirst()).toString());
    line.addAll(command.subList(1, command.size()));
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String mark = HexFormat.of().formatHex(random);

    ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(surroundings.environment());
    builder.environment().putAll(more);
    builder.environment().put(MARK, mark);
    if (streams == Streams.OUTPUT_ALONE) {
      builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile())).redirectErrorStream(true);
    }
    Child child = new Child(builder.start(), mark);
    try {
      Runtime.getRuntime().addShutdownHook(child.atExit);
      return child;
    } catch (IllegalStateException ending) {
      child.sweep();
      throw new IOException("jgpt is ending", ending);
    }
  }

  /** The program itself: its streams, its end. */
  public Process process() {
    return process;
  }

  /**
   * Ends the program and all that it started.
   *
   * @throws IllegalStateException if something cannot be ended
   */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException ending) {
      return; // the hook does it
    }
    sweep();
  }

  /**
   * Looks at least twice: a process that just becomes another program (exec) has no environment for
   * a moment. And what was told to end is waited for, also where nothing marks it as a member any
   * more, since what it descended from has ended first.
   */
  private void sweep() {
    boolean interrupted = false;
    Set<ProcessHandle> left = new HashSet<>(members());
    int sweeps = 0;
    do {
      left.forEach(ProcessHandle::destroyForcibly);
      try {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_SWEEPS_MS);
      } catch (InterruptedException e) {
        interrupted = true; // somebody is in a hurry, and yet nothing may be left
      }
      left.removeIf(Child::hasEnded);
      left.addAll(members());
    } while (!left.isEmpty() && ++sweeps < MOST_SWEEPS);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException("process " + left.iterator().next().pid() + " does not end");
    }
  }

  private static boolean hasEnded(ProcessHandle handle) {
    try {
      return !handle.isAlive() || Status.read(directory(handle)).ended();
    } catch (IOException e) {
      return true; // meanwhile
    }
  }

  private static Path directory(ProcessHandle handle) {
    return PROC.resolve(Long.toString(handle.pid()));
  }

  /**
   * What is alive. A handle knows when its process began, so what is ended is what was looked at,
   * also where its number was given to another since.
   */
  private List<ProcessHandle> members() {
    ProcessHandle self = ProcessHandle.current();
    return ProcessHandle.allProcesses()
        .filter(p -> !p.equals(self))
        .filter(this::isMember)
        .toList();
  }

  private boolean isMember(ProcessHandle handle) {
    Path directory = directory(handle);
    try {
      Status status = Status.read(directory);
      return !status.ended()
          && (status.session() == process.pid()
              || contains(Files.readAllBytes(directory.resolve("environ")), mark)
              || descends(handle));
    } catch (IOException e) {
      return false; // it has ended meanwhile, or is somebody else's
    }
  }

  private boolean descends(ProcessHandle handle) {
    Optional<ProcessHandle> ancestor = Optional.of(handle);
    while (ancestor.isPresent()) {
      if (ancestor.get().equals(process.toHandle())) {
        return true;
      }
      ancestor = ancestor.get().parent();
    }
    return false;
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      int n = 0;
      while (n < part.length && bytes[i + n] == part[n]) {
        n++;
      }
      if (n == part.length) {
        return true;
      }
    }
    return false;
  }

  /**
   * Two fields of {@code /proc/PID/stat}: {@code 42 (any name) S parent group session ...}.
   *
   * @param ended it waits for its parent to take notice, and does nothing more
   */
  private record Status(boolean ended, long session) {

    static Status read(Path directory) throws IOException {
      // Not UTF-8: a program may call itself anything.
      String line = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", 5);
      return new Status(fields[0].matches("[ZX]"), Long.parseLong(fields[3]));
    }
  }
}
