package io.jgpt.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** On a program that answers as secret-tool does. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class SecretToolTest {

  /** Keeps one secret in a file, and what it was given in others. */
  private static final String PROGRAM =
      """
      #!/bin/sh
      cd "$HOME" || exit 9
      /usr/bin/env >env
      echo "$@" >>arguments
      case $1 in
        store) /bin/cat >secret ;;
        lookup) [ -f secret ] || exit 1; /bin/cat secret ;;
        clear) [ -f secret ] || exit 1; /bin/rm secret ;;
      esac
      """;

  @TempDir Path root;

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    environment.put("HOME", root.toString());
    environment.put("PATH", "relative:" + root + "/none:" + root.resolve("bin"));
    environment.put("OPENAI_API_KEY", "sk-canary-7301");
    return environment;
  }

  private Keyring keyring(String program) throws IOException {
    return keyring(program, Duration.ofSeconds(30));
  }

  private Keyring keyring(String program, Duration patience) throws IOException {
    return new SecretTool(program(program), environment(), patience);
  }

  private Path program(String text) throws IOException {
    Path file = Files.createDirectories(root.resolve("bin")).resolve("secret-tool");
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aSecretIsKeptFoundAndForgotten() throws Exception {
    Keyring keyring = keyring(PROGRAM);
    assertEquals(Optional.empty(), keyring.find("a1"));
    keyring.store("a1", "c2VjcmV0");
    assertEquals(Optional.of("c2VjcmV0"), keyring.find("a1"));
    keyring.remove("a1");
    keyring.remove("a1");
    assertEquals(Optional.empty(), keyring.find("a1"));
  }

  @Test
  void theSecretIsNoArgumentAndTheEnvironmentStaysHere() throws Exception {
    keyring(PROGRAM).store("a1", "c2VjcmV0");
    assertEquals(
        "store --label=jgpt application jgpt id a1\n", Files.readString(root.resolve("arguments")));
    String environment = Files.readString(root.resolve("env"));
    assertTrue(environment.contains("DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere"), environment);
    assertFalse(environment.contains("canary"), environment);
  }

  @Test
  void whatItSaysOfAFailureIsTold() throws Exception {
    for (String program :
        new String[] {
          "#!/bin/sh\necho 'secret-tool: no bus' >&2\nexit 1\n", "#!/bin/sh\nexit 5\n"
        }) {
      Keyring keyring = keyring(program);
      assertThrows(IOException.class, () -> keyring.store("a1", "x".repeat(1 << 20)));
    }
    Keyring mute = keyring("#!/bin/sh\necho 'secret-tool: no bus' >&2\nexit 1\n");
    for (IOException e :
        new IOException[] {
          assertThrows(IOException.class, () -> mute.find("a1")),
          assertThrows(IOException.class, () -> mute.remove("a1"))
        }) {
      assertEquals("secret-tool: no bus", e.getMessage());
    }
  }

  @Test
  void itIsNotWaitedForForever() throws Exception {
    Keyring keyring = keyring("#!/bin/sh\nexec /bin/sleep 1000\n", Duration.ofMillis(300));
    var e = assertThrows(IOException.class, () -> keyring.find("a1"));
    assertEquals("no answer within 300 ms", e.getMessage());
    // One that leaves another behind, which holds the pipe, has answered all the same.
    Keyring parent = keyring("#!/bin/sh\n/bin/sleep 5 &\necho c2Vj\n");
    assertEquals(Optional.of("c2Vj"), parent.find("a1"));
  }

  @Test
  void itIsLookedForInASessionAndOnThePath() throws Exception {
    program(PROGRAM);
    Map<String, String> environment = environment();
    assertTrue(SecretTool.of(environment).isPresent());
    environment.put("PATH", root.resolve("none").toString());
    assertTrue(SecretTool.of(environment).isEmpty());
    environment.putAll(environment());
    environment.remove("DBUS_SESSION_BUS_ADDRESS");
    assertTrue(SecretTool.of(environment).isEmpty());
  }
}
