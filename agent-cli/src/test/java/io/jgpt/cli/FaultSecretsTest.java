package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fault of jgpt in the middle of a run that has keys and private texts: none of them is told. */
final class FaultSecretsTest {

  private static final String KEY = "sk-canary-6603";
  private static final String TOKEN = "hf-canary-6604";
  private static final String WITHHELD = "sk-canary-6605";
  private static final List<String> SECRETS = List.of(KEY, TOKEN, WITHHELD);

  @TempDir Path root;
  private Shell shell;
  private HttpServer server;
  private final List<String> authorizations = new ArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body =
              """
              {"choices":[{"message":{"tool_calls":[{"id":"1","type":"function","function":
                {"name":"write","arguments":"{\\"path\\":\\"diary.txt\\",\\"text\\":\\"Murr\\"}"}}]}}]}
              """
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    shell = new Shell(root);
    shell.env("OPENAI_BASE_URL", "http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    shell.env("OPENAI_API_KEY", KEY);
    shell.file(".env", "OPENAI_API_KEY=" + WITHHELD + "\n");
    shell.file(shell.userHome.resolve(".config/jgpt/config"), "HF_TOKEN=" + TOKEN + "\n");
  }

  @AfterEach
  void stopServing() {
    server.stop(0);
  }

  /** The run's question is answered by a stream that breaks as none does. */
  private Shell.Run agent(String fault, String... more) {
    shell.stdin("");
    shell.in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IllegalStateException(fault);
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
          }
        };
    List<String> arguments =
        new ArrayList<>(List.of("agent", "--planner", "openai", "-m", "gpt", "keep diary.txt"));
    arguments.addAll(List.of(more));
    return shell.run(arguments.toArray(String[]::new));
  }

  private List<Path> reports() throws IOException {
    Path directory = shell.userHome.resolve(".cache/jgpt/reports");
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static void assertKept(String text) {
    for (String secret : SECRETS) {
      assertFalse(text.contains(secret), text);
    }
  }

  @Test
  void theReportHasNeitherKeysNorWhatTheRunIsAbout() throws IOException {
    Shell.Run run = agent("broken on purpose");
    assertEquals(1, run.code(), run.err());
    assertEquals(List.of("Bearer " + KEY), authorizations); // there was something to tell
    assertKept(run.err() + run.out());
    String report = Files.readString(reports().getFirst());
    assertTrue(report.contains("broken on purpose"), report);
    assertTrue(report.contains("jgpt agent --planner ... -m ... ..."), report);
    assertKept(report);
    for (String word : List.of("diary", "Murr", shell.userHome.toString())) {
      assertFalse(report.contains(word), report);
    }
  }

  /** Exceptions are of others' making, too, and some quote what they were given. */
  @Test
  void aKeyThatTheExceptionQuotesIsLeftOut() throws IOException {
    Shell.Run run = agent("no header: [Bearer " + KEY + "], " + TOKEN + ", " + WITHHELD, "--debug");
    assertEquals(1, run.code(), run.err());
    assertTrue(run.err().contains("no header: [Bearer ...], ..., ...;"), run.err());
    assertTrue(run.err().contains("\tat io.jgpt.cli."), run.err());
    assertKept(run.err() + run.out());
    String report = Files.readString(reports().getFirst());
    assertTrue(report.contains("no header: [Bearer ...], ..., ...\n"), report);
    assertKept(report);
  }

  /** As where it was read from a file with its line end. */
  @Test
  void aKeyThatNoRequestCanCarryIsOneLineWithoutIt() throws IOException {
    for (String wrong : new String[] {KEY + "\n", KEY + "\r", KEY + " x", KEY + "钥"}) {
      shell.env("OPENAI_API_KEY", wrong);
      Shell.Run run = agent("not read");
      assertEquals(2, run.code(), run.err());
      assertEquals(
          "jgpt: OPENAI_API_KEY is no key: its character 15 is not visible ASCII; set it without"
              + " what does not belong to it\n",
          run.err());
    }
    shell.env("OPENAI_API_KEY", "").file(".env", "OPENAI_API_KEY=钥\nOPENAI_BASE_URL=http://h/v1\n");
    shell.environment.remove("OPENAI_BASE_URL");
    assertEquals(
        "jgpt: OPENAI_API_KEY in .env 不是密钥：第 1 个字符不是可见的 ASCII 字符；请去掉不属于密钥的内容后重新设置\n",
        agent("not read", "--lang", "zh").err());
    assertEquals(List.of(), authorizations);
    assertEquals(List.of(), reports());
  }
}
