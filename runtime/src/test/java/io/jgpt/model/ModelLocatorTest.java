package io.jgpt.model;

import static io.jgpt.model.ModelFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLocatorTest {

  @TempDir Path root;
  private ModelLocator locator;

  @BeforeEach
  void somePlaces() throws IOException {
    model("home/models/fetched");
    model("home/models/both");
    model("home/models/owner/nested");
    model("bundled/mini");
    model("bundled/both");
    model("elsewhere/own");
    Files.createDirectories(root.resolve("home/models/unfinished"));
    locator =
        new ModelLocator(
            root.resolve("home"), List.of(root.resolve("bundled"), root.resolve("absent")));
  }

  private void model(String path) throws IOException {
    Files.createFile(Files.createDirectories(root.resolve(path)).resolve("config.json"));
  }

  @Test
  void pathsThenHomeThenBundled() {
    Path own = root.resolve("elsewhere/own");
    assertEquals(own, locator.resolve(own.toString()));
    assertEquals(root.resolve("home/models/fetched"), locator.resolve("fetched"));
    assertEquals(root.resolve("home/models/both"), locator.resolve("both"));
    assertEquals(root.resolve("home/models/owner/nested"), locator.resolve("owner/nested"));
    assertEquals(root.resolve("bundled/mini"), locator.resolve("mini"));
  }

  @Test
  void incompleteDirectoriesAreLastResort() throws IOException {
    assertEquals(root.resolve("home/models/unfinished"), locator.resolve("unfinished"));
    Files.createDirectories(root.resolve("home/models/mini"));
    assertEquals(root.resolve("bundled/mini"), locator.resolve("mini"));
  }

  @Test
  void failuresSayWhatWasLookedForAndWhatIsThere() {
    String message = assertFails("model.locate.missing", () -> locator.resolve("gpt3"));
    assertTrue(message.contains("gpt3"), message);
    assertTrue(message.contains(root.resolve("home/models/gpt3").toString()), message);
    assertTrue(message.contains("both, fetched, owner/nested, mini"), message);

    ModelLocator empty = new ModelLocator(root.resolve("nothing"), List.of());
    assertFails("model.locate.none", () -> empty.resolve("gpt3"));
    assertFails("model.locate.missing", () -> locator.resolve(""));
    assertFails("model.locate.name", () -> locator.resolve("a\0b"));
  }

  @Test
  void namesDoNotLeaveTheirRoot() {
    String message =
        assertFails("model.locate.missing", () -> locator.resolve("../../elsewhere/own"));
    assertFalse(message.contains(root.toString()), message);
    assertFails("model.locate.missing", () -> locator.resolve("x/.."));
  }

  @Test
  void listsEachNameOnce() {
    assertEquals(
        List.of(
            new ModelLocator.Found("both", root.resolve("home/models/both"), false),
            new ModelLocator.Found("fetched", root.resolve("home/models/fetched"), false),
            new ModelLocator.Found("owner/nested", root.resolve("home/models/owner/nested"), false),
            new ModelLocator.Found("mini", root.resolve("bundled/mini"), true)),
        locator.list());
  }
}
