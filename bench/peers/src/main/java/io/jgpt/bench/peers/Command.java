package io.jgpt.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs, and keeps what they say to stderr in one log. */
final class Command {

  /** What a program that ended left. */
  record Ended(int code, String output, String error) {}

  private final Path log;

  /**
   * @param log grows with each program
   */
  Command(Path log) {
    this.log = log;
  }

  Path log() {
    return log;
  }

  /**
   * Runs a program to its end.
   *
   * @throws PeerException if it cannot be started, fails or outlasts the limit
   */
  String run(Duration limit, List<String> command) {
    Ended ended = end(limit, command);
    if (ended.code() != 0) {
      String reason = ended.error().strip().lines().reduce((_, last) -> last).orElse("no reason");
      throw new PeerException("exit code " + ended.code() + ": " + reason);
    }
    return ended.output();
  }

  private Ended end(Duration limit, List<String> command) {
    try {
      Path output = Files.createTempFile("jgpt-bench", ".out");
      Path error = Files.createTempFile("jgpt-bench", ".err");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(error.toFile())
                .start();
        boolean ended = await(process, limit);
        String said = Files.readString(error);
        note("$ " + String.join(" ", command) + "\n" + said);
        if (!ended) {
          throw new PeerException("no end within " + limit.toSeconds() + " s");
        }
        return new Ended(process.exitValue(), Files.readString(output), said);
      } finally {
        Files.delete(output);
        Files.delete(error);
      }
    } catch (IOException e) {
      throw new PeerException(e.getMessage(), e);
    }
  }

  private void note(String text) throws IOException {
    Files.writeString(
        log,
        text,
        java.nio.file.StandardOpenOption.CREATE,
        java.nio.file.StandardOpenOption.APPEND);
  }

  /** Whether it ended in time; if not it is killed, with what it started. */
  static boolean await(Process process, Duration limit) {
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
      kill(process);
      return false;
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted", e);
    }
  }

  static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
