package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong apart from usage: exit codes, the one line, and what a fault leaves behind. */
final class FailuresTest {

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
  }

  private String error(int code, String... arguments) {
    Shell.Run run = shell.run(arguments);
    assertEquals(code, run.code(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("jgpt: "), run.err());
    return run.err();
  }

  @Test
  void anUnknownModelSaysWhatWasLookedForAndWhatIsThere() {
    String line = error(3, "generate", "-m", "nope", "x");
    assertTrue(line.contains("\"nope\""), line);
    assertTrue(line.contains(shell.root.resolve("bundled/nope").toString()), line);
    assertTrue(line.contains("mini, other"), line);
  }

  @Test
  void aDirectoryThatIsNoModelSaysWhatItHolds() {
    shell.file("empty/readme", "no model");
    String line = error(3, "generate", "-m", shell.directory.resolve("empty").toString(), "x");
    assertTrue(line.contains("config.json") && line.contains("readme"), line);
  }

  @Test
  void aMissingGpuIsADeviceError() {
    assertTrue(error(4, "generate", "--device", "cuda:99", "x").contains("--device cpu"));
  }

  @Test
  void textThatIsNoUtf8IsToldWithTheByte() {
    shell.stdin((byte) 'a', (byte) 0xE7, (byte) 0x8B, (byte) 'b');
    assertTrue(error(5, "generate").contains("stdin is not valid UTF-8 at byte 1;"));
    shell.stdin(new byte[] {'a', 'b', (byte) 0xFF});
    assertTrue(error(5, "perplexity", "-").contains("at byte 2;"));
    shell.stdin(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
    assertTrue(error(5, "tokenize").contains("at byte 0;"));
  }

  @Test
  void filesThatCannotBeReadAreInputErrors() {
    assertTrue(error(5, "generate", "--prompt-file", "none").contains("no file none"));
    assertTrue(error(5, "perplexity", ".").contains("is a directory"));
    assertTrue(error(5, "perplexity", "a\0b").contains("cannot be a path"));
  }

  @Test
  void anEmptyOrShortFileHasNoPerplexity() {
    shell.file("empty", "");
    shell.file("one", "a");
    assertTrue(error(5, "perplexity", "empty").contains("empty has 0 tokens, must be 2 or more"));
    assertTrue(error(5, "perplexity", "one").contains("1 tokens"));
  }

  @Test
  void aSchemaThatCannotBeUsedIsToldWithItsPlace() {
    shell.file("schema", "{\"properties\": {\"a\": {\"multipleOf\": 3}}}");
    String line = error(5, "generate", "--json-schema", "schema", "x");
    assertTrue(line.contains("\"multipleOf\" at #/properties/a,"), line);
    line = error(5, "generate", "--json-schema", "schema", "--lang", "zh", "x");
    assertTrue(line.contains("在 #/properties/a 处使用了 \"multipleOf\""), line);
    shell.file("schema", "{\"type\": \n}");
    line = error(5, "generate", "--json-schema", "schema", "x");
    assertTrue(line.contains("line 2, column 1"), line);
    shell.file("schema", "{\"const\": \"hello\"}");
    line = error(5, "generate", "--json-schema", "schema", "--max-tokens", "6", "x");
    assertTrue(line.contains("7 tokens") && line.contains("at most 6"), line);
    assertTrue(error(5, "generate", "--json-schema", "none", "x").contains("no file none"));
    assertTrue(
        error(2, "generate", "--json-schema", "schema", "--stop", "a", "x").contains("--stop"));
    assertTrue(error(2, "generate", "--json-schema", "-").contains("--json-schema -"));
  }

  @Test
  void errorsAreToldInChinese() {
    assertTrue(error(3, "generate", "-m", "nope", "--lang", "zh", "x").contains("没有模型"));
    assertTrue(error(5, "perplexity", "none", "--lang", "zh").contains("文件 none 不存在"));
  }

  @Test
  void debugAddsTheStackTrace() {
    Shell.Run run = shell.run("generate", "-m", "nope", "--debug", "x");
    assertEquals(3, run.code());
    assertTrue(run.err().contains("\tat io.jgpt.model.ModelLocator.resolve"), run.err());
  }

  /** A fault of jgpt: here its input breaks as no input does. */
  private void breakInput() {
    shell.stdin("");
    shell.in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IllegalStateException("broken on purpose");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
          }
        };
  }

  @Test
  void aFaultLeavesAReportWithoutPrivateText() throws IOException {
    breakInput();
    String line = error(1, "generate", "--stop", "a secret", "--seed=123454321");
    assertTrue(line.contains("broken on purpose"), line);
    Matcher path = Pattern.compile("/\\S*jgpt-fault-\\S+\\.txt").matcher(line);
    assertTrue(path.find(), line);
    String report = Files.readString(Path.of(path.group()));
    assertTrue(path.group().startsWith(shell.userHome.toString()), path.group());
    assertTrue(report.contains("jgpt generate --stop ... --seed=..."), report);
    assertTrue(report.contains("at io.jgpt.cli.TextInput"), report);
    assertFalse(report.contains("secret"), report);
    assertFalse(report.contains("123454321"), report);
  }

  @Test
  void aReportGoesElsewhereIfItsDirectoryCannotBeMade() throws IOException {
    breakInput();
    shell.file("file", "in the way");
    shell.env("JGPT_HOME", shell.directory.resolve("file").toString());
    String line = error(1, "generate");
    Matcher path = Pattern.compile("/\\S*jgpt-fault-\\S+\\.txt").matcher(line);
    assertTrue(path.find(), line);
    Files.delete(Path.of(path.group()));
  }

  /** Takes some bytes and then fails. */
  private static final class Full extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final int limit;
    private final String reason;

    Full(int limit, String reason) {
      this.limit = limit;
      this.reason = reason;
    }

    @Override
    public void write(int b) throws IOException {
      if (taken.size() == limit) {
        throw new IOException(reason);
      }
      taken.write(b);
    }
  }

  @Test
  void aClosedPipeEndsQuietly() {
    shell.out = new Full(5, "whatever the system calls it");
    shell.outKind = StreamKind.PIPE;
    Shell.Run run = shell.run("generate", "--max-tokens", "50", "x");
    assertEquals(0, run.code());
    assertEquals("", run.err());
  }

  @Test
  void aFullDiskIsSaidInOneLine() {
    shell.out = new Full(5, "No space left on device");
    shell.outKind = StreamKind.OTHER;
    String line = error(1, "generate", "--max-tokens", "50", "x");
    assertTrue(line.contains("No space left on device"), line);
  }

  @Test
  void theReasonOfAFileErrorNeedsNoException() {
    assertEquals("permission denied", Failures.reason(new AccessDeniedException("f")));
    assertEquals("no such file", Failures.reason(new NoSuchFileException("f")));
    assertEquals("IOException", Failures.reason(new IOException()));
  }
}
