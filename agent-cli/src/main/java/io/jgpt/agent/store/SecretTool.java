package io.jgpt.agent.store;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The keyring of the Secret Service (GNOME Keyring, KWallet, KeePassXC), reached through
 * libsecret's {@code secret-tool}. Secrets go through pipes, never through arguments, which others
 * could see.
 */
public final class SecretTool implements Keyring {

  private static final String PROGRAM = "secret-tool";

  /**
   * The session bus on which the service is found; nothing else of the environment is passed on.
   */
  private static final List<String> PASSED =
      List.of("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME");

  /** Somebody may have to type the keyring's password. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Path program;
  private final Map<String, String> environment;
  private final Duration patience;

  private record Reply(int code, String out, String err) {}

  SecretTool(Path program, Map<String, String> environment, Duration patience) {
    this.program = program;
    this.environment = Map.copyOf(environment);
    this.patience = patience;
  }

  /** The keyring of whoever has this environment, where there is a session and the program. */
  public static Optional<Keyring> of(Map<String, String> environment) {
    if (environment.getOrDefault(PASSED.getFirst(), "").isEmpty()) {
      return Optional.empty();
    }
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .flatMap(entry -> programIn(entry).stream())
        .findFirst()
        .map(program -> new SecretTool(program, environment, PATIENCE));
  }

  private static Optional<Path> programIn(String directory) {
    try {
      return Optional.of(Path.of(directory, PROGRAM))
          .filter(program -> program.isAbsolute() && Files.isRegularFile(program))
          .filter(Files::isExecutable);
    } catch (InvalidPathException e) {
      return Optional.empty(); // no place to look at
    }
  }

  @Override
  public String name() {
    return PROGRAM;
  }

  @Override
  public Optional<String> find(String id) throws IOException {
    Reply reply = ask("", "lookup", "application", "jgpt", "id", id);
    // Without such a secret it fails and says nothing.
    return reply.code == 0 ? Optional.of(reply.out.strip()) : absent(reply);
  }

  @Override
  public void store(String id, String secret) throws IOException {
    Reply reply = ask(secret, "store", "--label=jgpt", "application", "jgpt", "id", id);
    if (reply.code != 0) {
      throw failed(reply);
    }
  }

  @Override
  public void remove(String id) throws IOException {
    Reply reply = ask("", "clear", "application", "jgpt", "id", id);
    if (reply.code != 0) {
      absent(reply);
    }
  }

  private static Optional<String> absent(Reply reply) throws IOException {
    if (reply.err.isBlank()) {
      return Optional.empty();
    }
    throw failed(reply);
  }

  private static IOException failed(Reply reply) {
    String line = reply.err.strip().lines().findFirst().orElse("exit code " + reply.code);
    return new IOException(line);
  }

  private Reply ask(String input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    for (String name : PASSED) {
      if (environment.containsKey(name)) {
        builder.environment().put(name, environment.get(name));
      }
    }
    Process process = builder.start();
    Future<String> out = readAll(process.getInputStream());
    Future<String> err = readAll(process.getErrorStream());
    long millis = patience.toMillis();
    try {
      send(process, input);
      if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
        throw new TimeoutException();
      }
      return new Reply(
          process.exitValue(),
          out.get(millis, TimeUnit.MILLISECONDS),
          err.get(millis, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + millis + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException("no answer", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Future<String> readAll(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** A program that ends without having read it says why on its standard error. */
  private static void send(Process process, String input) throws IOException {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      if (process.isAlive()) {
        throw e;
      }
    }
  }
}
