package io.jgpt.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message exists in every language with the same arguments, and every use of one fits it. */
class ErrorMessagesTest {

  private static final Path BUNDLES = Path.of("src/main/resources/io/jgpt/error");
  private static final List<Path> SOURCES =
      List.of(Path.of("src/main/java"), Path.of("../agent-cli/src/main/java"));

  private static final Pattern SPECIFIER =
      Pattern.compile("%(?:(\\d+)\\$)?[-#+ 0,(<]*\\d*(?:\\.\\d+)?([a-zA-Z%])");

  /** {@code new ModelException("key"}, with or without a cause before the key. */
  private static final Pattern THROWN =
      Pattern.compile(
          "new (?:Model|Device|Input)Exception\\(\\s*(?:(\\w+),\\s*)?\"([a-z]+\\.[\\w.-]+)\"");

  static List<String> areas() throws IOException {
    try (Stream<Path> files = Files.list(BUNDLES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[a-z]+\\.properties"))
          .map(name -> name.substring(0, name.indexOf('.')))
          .sorted()
          .toList();
    }
  }

  private static Map<String, String> templates(String bundle) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(BUNDLES.resolve(bundle + ".properties"))) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> templates = new TreeMap<>();
    properties.stringPropertyNames().forEach(k -> templates.put(k, properties.getProperty(k)));
    return templates;
  }

  /** Positions and conversions of a template, as {@code 1s}, {@code 2d}. */
  private static Set<String> specifiers(String template) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = SPECIFIER.matcher(template);
    while (matcher.find()) {
      if (!matcher.group(2).equals("%")) {
        assertTrue(matcher.group(1) != null, () -> "no position: " + template);
        found.add(matcher.group(1) + matcher.group(2));
      }
    }
    assertFalse(
        matcher.replaceAll("").contains("%"), () -> "a % that is no specifier: " + template);
    return found;
  }

  private static int arguments(String template) {
    return specifiers(template).stream()
        .mapToInt(s -> Integer.parseInt(s.substring(0, s.length() - 1)))
        .max()
        .orElse(0);
  }

  @ParameterizedTest
  @MethodSource("areas")
  void everyMessageIsThereInChineseWithTheSameArguments(String area) {
    Map<String, String> english = templates(area);
    Map<String, String> chinese = templates(area + "_zh");
    assertEquals(english.keySet(), chinese.keySet());
    english.forEach(
        (key, template) -> {
          assertEquals(specifiers(template), specifiers(chinese.get(key)), area + "." + key);
          assertFalse(template.contains("\n"), key);
          assertEquals(template.strip(), template, key);
          assertTrue(chinese.get(key).codePoints().anyMatch(Character::isIdeographic), key);
        });
  }

  @ParameterizedTest
  @MethodSource("areas")
  void everyKeyStandsOnce(String area) throws IOException {
    for (String bundle : List.of(area, area + "_zh")) {
      List<String> keys =
          Files.readAllLines(BUNDLES.resolve(bundle + ".properties")).stream()
              .filter(line -> !line.startsWith("#") && line.contains("="))
              .map(line -> line.substring(0, line.indexOf('=')))
              .toList();
      assertEquals(new TreeSet<>(keys).size(), keys.size(), bundle);
      assertEquals(templates(bundle).keySet(), new TreeSet<>(keys), bundle);
    }
  }

  /** All of the main sources by path, without comments. */
  private static Map<Path, String> sources() throws IOException {
    Map<Path, String> sources = new TreeMap<>();
    for (Path root : SOURCES) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          String text = Files.readString(file);
          sources.put(file, text.replaceAll("(?s:/\\*.*?\\*/)|(?m:^\\s*//.*$)", ""));
        }
      }
    }
    return sources;
  }

  @Test
  void everyKeyInTheSourcesHasATemplateAndTheReverse() throws IOException {
    Set<String> defined = new TreeSet<>();
    for (String area : areas()) {
      templates(area).keySet().forEach(key -> defined.add(area + "." + key));
    }
    Set<String> used = new TreeSet<>();
    for (var source : sources().entrySet()) {
      for (MatchResult thrown : THROWN.matcher(source.getValue()).results().toList()) {
        String key = thrown.group(2);
        assertTrue(defined.contains(key), () -> source.getKey() + ": no template for " + key);
      }
      defined.stream().filter(k -> source.getValue().contains('"' + k + '"')).forEach(used::add);
    }
    assertEquals(defined, used, "templates that nothing throws");
  }

  @Test
  void everyUseGivesAsManyArgumentsAsItsTemplateTakes() throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (String area : areas()) {
      templates(area).forEach((key, template) -> all.put(area + "." + key, template));
    }
    int checked = 0;
    for (var source : sources().entrySet()) {
      Matcher thrown = THROWN.matcher(source.getValue());
      while (thrown.find()) {
        String key = thrown.group(2);
        int given = countArguments(source.getValue(), thrown.end());
        assertEquals(arguments(all.get(key)), given, source.getKey() + ": " + key);
        checked++;
      }
    }
    assertTrue(checked > 40, "uses found: " + checked);
  }

  /**
   * Arguments between {@code start}, just after the key, and the parenthesis that ends the call.
   */
  private static int countArguments(String source, int start) {
    int depth = 0;
    int commas = 0;
    for (int i = start; ; i++) {
      switch (source.charAt(i)) {
        case '(', '[', '{' -> depth++;
        case ')', ']', '}' -> {
          if (depth-- == 0) {
            return commas;
          }
        }
        case ',' -> commas += depth == 0 ? 1 : 0;
        case '"' -> i = endOfString(source, i);
        case '\'' -> i = source.indexOf('\'', i + 2);
        default -> {}
      }
    }
  }

  private static int endOfString(String source, int quote) {
    int i = quote + 1;
    while (source.charAt(i) != '"') {
      i += source.charAt(i) == '\\' ? 2 : 1;
    }
    return i;
  }

  @Test
  void argumentsAreCounted() {
    assertEquals(0, countArguments(")", 0));
    assertEquals(3, countArguments(", a, f(b, c), \"d,)\\\"\" + ',');", 0));
  }

  @Test
  void messagesAreEnglishUnlessAskedOtherwise() {
    ModelException failure = new ModelException("model.directory.missing", Path.of("x"));
    assertEquals("no model directory x", failure.getMessage());
    assertEquals(failure.getMessage(), failure.message(Locale.ENGLISH));
    assertEquals(failure.getMessage(), failure.message(Locale.FRENCH));
    assertEquals("模型目录 x 不存在", failure.message(Locale.CHINESE));
    assertEquals("模型目录 x 不存在", failure.message(Locale.SIMPLIFIED_CHINESE));
  }

  @Test
  void hostileArgumentsStayOnOneLine() {
    String hostile = "a\nb\r\u001b[2J\u2028c\u202ed\ud800";
    String line = ErrorMessages.format(Locale.ROOT, "model.directory.missing", hostile);
    assertEquals("no model directory a\ufffdb\ufffd\ufffd[2J\ufffdc\ufffdd\ufffd", line);
    assertEquals(
        "no model directory 👩\u200d💻",
        ErrorMessages.format(Locale.ROOT, "model.directory.missing", "👩\u200d💻"));
  }

  @Test
  void longArgumentsAreCut() {
    String line = ErrorMessages.format(Locale.ROOT, "model.directory.missing", "x".repeat(1 << 20));
    assertTrue(line.length() < 400 && line.endsWith("x…"), line);
  }
}
