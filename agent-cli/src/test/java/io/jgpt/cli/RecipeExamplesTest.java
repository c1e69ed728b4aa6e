package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the examples of the recipes that come with the program, as a user would. */
final class RecipeExamplesTest {

  private static final Path RECIPES = Path.of("..", "recipes").toAbsolutePath().normalize();

  @TempDir Path root;

  static List<Path> examples() throws IOException {
    try (Stream<Path> goals = Files.find(RECIPES, 4, (file, a) -> file.endsWith("goal.txt"))) {
      return goals.map(Path::getParent).map(RECIPES::relativize).sorted().toList();
    }
  }

  @Test
  void everyRecipeHasAnExampleInEachLanguage() throws IOException {
    List<String> names =
        List.of(
            "customer-service", "design-ideas", "drafting", "office", "record-summary", "tutoring");
    Shell shell = shell();
    List<String> listed =
        shell
            .run("agent", "--recipes")
            .out()
            .lines()
            .filter(line -> !line.startsWith(" "))
            .map(line -> line.substring(0, line.indexOf(" ")))
            .toList();
    assertEquals(names, listed);
    assertEquals(
        names.stream().flatMap(n -> Stream.of(n + "/examples/en", n + "/examples/zh")).toList(),
        examples().stream().map(Path::toString).toList());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleDoesWhatItSays(Path example) throws IOException {
    Path from = RECIPES.resolve(example);
    Map<String, String> expected = files(from.resolve("workspace"));
    Shell shell = shell();
    Path workspace = Files.createDirectories(shell.directory.resolve("workspace"));
    expected.forEach((name, text) -> shell.file(workspace.resolve(name), text));
    expected.putAll(files(from.resolve("expected")));
    Path typed = from.resolve("input.txt");
    shell.stdin(Files.exists(typed) ? Files.readString(typed) : "");

    Shell.Run run =
        shell.run(
            "agent",
            "--lang",
            example.getFileName().toString(),
            "--recipe",
            example.getName(0).toString(),
            "--workspace",
            "workspace",
            "--planner",
            "script:" + from.resolve("script.json"),
            Files.readString(from.resolve("goal.txt")).strip());

    assertEquals(Files.readString(from.resolve("answer.txt")), run.out(), run.err());
    assertEquals(expected, files(workspace), run.err());
    assertEquals(0, run.code(), run.err());
    assertEquals(-1, shell.in.read(), "more was typed than asked for");
    // Nobody was told that a tool is missing, or a file: only what a policy forbids may fail.
    String events = shell.run("agent", "--replay", "last", "--json-events").out();
    for (String line : events.lines().filter(l -> l.contains("\"failed\":true")).toList()) {
      assertTrue(line.contains("\"error: denied: "), line);
    }
    assertFalse(events.contains("{a"), events); // every place of the script was filled
  }

  private Shell shell() {
    Shell shell = new Shell(root);
    shell.recipes = List.of(RECIPES);
    return shell;
  }

  /** Texts by their paths; none if there is no such folder. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> texts.put(folder.relativize(file).toString(), text(file)));
      }
    }
    return texts;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
