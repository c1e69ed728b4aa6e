package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InterruptionTest {

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
  }

  @Test
  void whatWasWrittenStaysAndTheLineIsEnded() {
    shell.out =
        new ByteArrayOutputStream() {
          @Override
          public void write(byte[] bytes) {
            super.writeBytes(bytes);
            if (size() == 3) {
              shell.interruption.interrupt();
            }
          }
        };
    Shell.Run run = shell.run("generate", "--max-tokens=50", "--seed=1", "-n", "3", "x");
    assertEquals(130, run.code());
    assertEquals("", run.err());
    assertTrue(run.out().matches("[a-z ]{3}\n"), run.out());
  }

  @Test
  void jsonSaysThatItWasCancelled() {
    shell.interruption.interrupt();
    Shell.Run run = shell.run("generate", "--json", "--max-tokens", "50", "x");
    assertEquals(130, run.code());
    Map<String, Object> object = JsonTree.object(run.out());
    assertEquals("cancelled", object.get("finish_reason"));
  }

  @Test
  void aMeasurementEndsWithoutAFigure() {
    shell.file("text", "some text ".repeat(30));
    shell.interruption.interrupt();
    for (String command : new String[] {"perplexity text", "bench -r 1"}) {
      Shell.Run run = shell.run(command.split(" ", -1));
      assertEquals(130, run.code());
      assertEquals("", run.out());
    }
  }
}
