package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell = new Shell(root);
    TinyModel.write(root.resolve("elsewhere/models/fetched"));
  }

  private Optional<Settings.Setting> get(String name) {
    return Settings.of(shell.environment, shell.directory, shell.userHome).get(name);
  }

  private Object answer(String field, String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "generate";
    all[1] = "--json";
    all[2] = "--max-tokens=2";
    all[3] = "x";
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    Shell.Run run = shell.run(all);
    assertEquals(0, run.code(), run.err());
    return JsonTree.object(run.out()).get(field);
  }

  @Test
  void optionThenEnvironmentThenDotEnvThenConfigDecide() {
    Path config = shell.userHome.resolve(".config/jgpt/config");
    assertEquals("f32", answer("dtype"));
    shell.file(config, "JGPT_DTYPE=bf16\n");
    assertEquals("bf16", answer("dtype"));
    shell.file(".env", "JGPT_DTYPE=f16\n");
    assertEquals("f16", answer("dtype"));
    shell.env("JGPT_DTYPE", "int8");
    assertEquals("int8", answer("dtype"));
    assertEquals("f32", answer("dtype", "--dtype", "f32"));
  }

  @Test
  void everySettingIsObeyed() {
    shell.env("JGPT_MODEL", "other");
    assertEquals("other", answer("model"));
    assertEquals("mini", answer("model", "-m", "mini"));
    shell.env("JGPT_MODEL", "fetched").env("JGPT_HOME", root.resolve("elsewhere").toString());
    assertEquals("fetched", answer("model"));
    shell.env("JGPT_DEVICE", "cuda:99");
    assertEquals(4, shell.run("generate", "x").code());
    assertEquals("cpu", answer("device", "--device", "cpu"));
    shell.env("JGPT_LANG", "zh");
    assertTrue(shell.run("--help").out().contains("用法"));
    assertTrue(shell.run("--help", "--lang", "en").out().contains("Usage"));
  }

  @Test
  void theLocaleDecidesTheLanguageWhereNobodySays() {
    shell.locale = Locale.SIMPLIFIED_CHINESE;
    assertTrue(shell.run("--help").out().contains("用法"));
    shell.locale = Locale.FRENCH;
    assertTrue(shell.run("--help").out().contains("Usage"));
    shell.env("JGPT_LANG", "zh");
    assertTrue(shell.run("--help").out().contains("用法"));
  }

  @Test
  void aWrongSettingIsNamedWithItsPlace() {
    shell.file(".env", "JGPT_DTYPE=fp8\n");
    Shell.Run run = shell.run("generate", "x");
    assertEquals(2, run.code());
    assertEquals(
        "jgpt: JGPT_DTYPE in .env is fp8, must be one of auto, f32, f16, bf16, int8; give a value"
            + " such as auto\n",
        run.err());
    shell.env("JGPT_LANG", "fr");
    assertTrue(shell.run("models").err().contains("JGPT_LANG is fr, must be one of en, zh"));
  }

  @Test
  void linesMayBeQuotedExportedAndCommented() {
    shell.file(
        ".env",
        """
        # JGPT_A=comment
          export JGPT_B = "quoted # value"  # comment
        JGPT_C='single'
        JGPT_D=bare # comment
        JGPT_E=
        no assignment
        =nothing
        JGPT_F=a=b
        """);
    assertEquals(Optional.empty(), get("JGPT_A"));
    assertEquals("quoted # value", get("JGPT_B").orElseThrow().value());
    assertEquals("single", get("JGPT_C").orElseThrow().value());
    assertEquals("bare", get("JGPT_D").orElseThrow().value());
    assertEquals(Optional.empty(), get("JGPT_E"));
    assertEquals("a=b", get("JGPT_F").orElseThrow().value());
  }

  @Test
  void anEmptyValueCountsAsNone() {
    shell.env("JGPT_MODEL", "");
    shell.file(".env", "JGPT_MODEL=other");
    assertEquals("other", get("JGPT_MODEL").orElseThrow().value());
  }

  @Test
  void aDirectoryCalledDotEnvIsNoSettings() {
    shell.file(".env/file", "JGPT_MODEL=other");
    assertEquals(Optional.empty(), get("JGPT_MODEL"));
  }

  @Test
  void samplingOptionsAreDecidedOneByOne() {
    // Greedy by recommendation: any seed gives the same text.
    shell.file(shell.mini().resolve("generation_config.json"), "{\"top_k\": 1}");
    Object greedy = answer("text", "--greedy");
    assertEquals(greedy, answer("text", "--seed", "1"));
    assertEquals(greedy, answer("text", "--seed", "2", "--temperature", "2"));
    shell.file(
        shell.mini().resolve("generation_config.json"), "{\"do_sample\": false, \"top_k\": 9}");
    assertEquals(greedy, answer("text", "--seed", "3"));
    assertTrue(differs("--top-k", "0", "--temperature", "3"));
  }

  private boolean differs(String... arguments) {
    String[] seeded = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, seeded, 2, arguments.length);
    seeded[0] = "--seed";
    seeded[1] = "1";
    Object first = answer("text", seeded);
    seeded[1] = "2";
    return !first.equals(answer("text", seeded));
  }
}
