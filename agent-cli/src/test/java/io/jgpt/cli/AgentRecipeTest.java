package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jgpt agent --recipe}. */
final class AgentRecipeTest {

  private static final String SHOP =
      """
      {"title": {"en": "Shop", "zh": "商店"}, "description": {"en": "Sells", "zh": "卖东西"},
       "tools": ["read", "write"],
       "policy": {"rules": [
         {"tool": "write", "target": "orders/*", "decision": "allow"},
         {"effect": "writes", "decision": "deny", "reason": "orders only"}]}}
      """;
  private static final String GOAL = "Write 3 to orders/a.txt, and to b.txt, then calculate 1+1";

  @TempDir Path root;
  private Shell shell;

  @BeforeEach
  void makeShell() {
    shell =
        new Shell(root)
            .file(
                "script",
                """
                [{"command": {"name": "write", "args": {"path": "orders/a.txt", "text": "3"}}},
                 {"command": {"name": "write", "args": {"path": "b.txt", "text": "3"}}},
                 {"command": {"name": "calculate", "args": {"expression": "1+1"}}},
                 {"command": {"name": "finish", "args": {"answer": "{a1}, {a2}, {a3}"}}}]
                """);
    shell.recipes = List.of(root.resolve("recipes"));
    recipe(root.resolve("recipes/shop"), SHOP);
  }

  private void recipe(Path folder, String json) {
    shell.file(folder.resolve("recipe.json"), json);
    shell.file(folder.resolve("profile.md"), "You sell.");
    shell.file(folder.resolve("profile_zh.md"), "你卖东西。");
  }

  private Shell.Run agent(String... more) {
    List<String> arguments = new ArrayList<>(List.of("agent", "--planner", "script:script"));
    arguments.addAll(List.of(more));
    return shell.run(arguments.toArray(String[]::new));
  }

  @Test
  void itsToolsAndItsPolicyHold() {
    Shell.Run run = agent("--recipe", "shop", GOAL);
    assertEquals(
        "ok, error: denied: orders only, error: no tool calculate\n", run.out(), run.err());
    assertTrue(Files.exists(shell.directory.resolve("orders/a.txt")));
    assertFalse(Files.exists(shell.directory.resolve("b.txt")));
    shell.file(
        "mine.json",
        "{\"rules\":[{\"tool\":\"write\",\"target\":\"b.txt\",\"decision\":\"allow\"}]}");
    Shell.Run mine = agent("--recipe", "shop", "--policy", "mine.json", GOAL);
    assertEquals("ok, ok, error: no tool calculate\n", mine.out(), mine.err());
  }

  @Test
  void aRunGoesOnWithItsRecipe() {
    assertEquals(7, agent("--recipe", "shop", "--max-steps", "2", GOAL).code());
    Shell.Run run = shell.run("agent", "--resume", "last");
    assertTrue(run.out().endsWith("error: no tool calculate\n"), run.out() + run.err());
    assertEquals(0, shell.run("agent", "--replay", "last").code());
    assertEquals(2, agent("--resume", "last", "--recipe", "shop").code());
  }

  @Test
  void anUnknownNameTellsWhatThereIs() {
    Shell.Run unknown = agent("--recipe", "shoe", GOAL);
    assertEquals(2, unknown.code());
    assertEquals("jgpt: no recipe \"shoe\"; there is: shop\n", unknown.err());
    Shell.Run without = agent(GOAL, "--recipe");
    assertEquals(2, without.code());
    assertEquals("jgpt: --recipe needs a name or a path; there is: shop\n", without.err());
    recipe(root.resolve("recipes/shop"), SHOP.replace("tools", "tolls"));
    Shell.Run bad = agent("--recipe", "shop", GOAL);
    assertEquals(5, bad.code());
    assertTrue(bad.err().contains("shop/recipe.json: no member \"tolls\" in a recipe;"), bad.err());
    assertEquals(1, bad.err().lines().count());
  }

  @Test
  void theUsersOwnComeFirstAndAPathNeedsNoName() {
    recipe(root.resolve("home/recipes/shop"), SHOP.replace("orders only", "mine"));
    shell.env("JGPT_HOME", root.resolve("home").toString());
    assertTrue(agent("--recipe", "shop", GOAL).out().contains("denied: mine"));
    recipe(shell.directory.resolve("here"), SHOP.replace("orders only", "here"));
    assertTrue(agent("--recipe", "./here", GOAL).out().contains("denied: here"));
  }

  /** A folder that somebody sent cannot bring a recipe that allows what its own files ask for. */
  @Test
  void aFoldersEnvironmentFileBringsInNoRecipe() {
    recipe(shell.directory.resolve("evil/recipes/shop"), SHOP.replace("deny", "allow"));
    shell.file(".env", "JGPT_HOME=evil\n");
    assertTrue(agent("--recipe", "shop", GOAL).out().contains("denied: orders only"));
  }

  @Test
  void noToolWritesTheRecipe() {
    String allowing = SHOP.replace("\"orders/*\"", "\"**\"");
    recipe(shell.directory.resolve("here"), allowing);
    shell.file(
        "script",
        """
        [{"command": {"name": "write", "args": {"path": "here/recipe.json", "text": "{}"}}},
         {"command": {"name": "write", "args": {"path": "here/profile.md", "text": "x"}}},
         {"command": {"name": "finish", "args": {"answer": "{a1}; {a2}"}}}]
        """);
    Shell.Run run = agent("--recipe", "./here", "write here/recipe.json and here/profile.md");
    assertTrue(run.out().matches("error: [^;]+; error: .+\n"), run.out());
    assertEquals(
        allowing,
        new TextInput(Invocation.of(shell.host(shell.out), List.of())).ofFile("here/recipe.json"));
  }

  /** One that is not in use would be the next time. */
  @Test
  void noToolMakesARecipe() {
    shell.env("JGPT_HOME", root.resolve("home").toString());
    for (String path :
        List.of(
            "home/recipes/shop/recipe.json",
            "home/recipes/shop/profile.md",
            "mine/recipe.json",
            "recipes/shop/profile.md")) { // bundled, in a workspace that holds them too
      shell.file(
          "script",
          """
          [{"command": {"name": "write", "args": {"path": "%s", "text": "{}"}}},
           {"command": {"name": "finish", "args": {"answer": "{a1}"}}}]
          """
              .formatted(path));
      Shell.Run run = agent("--workspace", root.toString(), "--yes", "write " + path);
      assertEquals("error: " + path + " is not for tools to write\n", run.out(), run.err());
    }
    assertFalse(Files.exists(root.resolve("home")));
    assertFalse(Files.exists(root.resolve("mine")));
  }

  @Test
  void theListNamesWhatThereIsInEitherLanguage() {
    recipe(root.resolve("recipes/broken"), "{}");
    Shell.Run run = shell.run("agent", "--recipes");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().startsWith("broken  " + root), run.out());
    assertTrue(run.out().contains(": \"title\" has neither \"en\" nor \"zh\" in it\n"), run.out());
    assertTrue(
        run.out()
            .endsWith(
                "shop    Shop\n        Sells\n        " + root.resolve("recipes/shop") + "\n"),
        run.out());
    String chinese = shell.run("agent", "--recipes", "--lang", "zh").out();
    assertTrue(chinese.contains("商店") && chinese.contains("卖东西"), chinese);
    assertEquals(2, shell.run("agent", "--recipes", "do something").code());
  }

  @Test
  void thePlannerIsToldItsProfileAndItsToolsAlone() throws IOException {
    try (var endpoint = new ChatEndpoint()) {
      shell.env("OPENAI_BASE_URL", endpoint.base());
      for (String language : new String[] {"en", "zh"}) {
        Shell.Run run =
            shell.run(
                ("agent --planner openai -m x --recipe shop --lang " + language + " write")
                    .split(" ", -1));
        assertEquals("hi\n", run.out(), run.err());
      }
      String english = endpoint.bodies.get(0);
      String chinese = endpoint.bodies.get(1);
      assertTrue(english.contains("\\n\\nYou sell.\""), english);
      assertTrue(chinese.contains("\\n\\n你卖东西。\""), chinese);
      assertTrue(english.contains("\"name\":\"write\""), english);
      assertFalse(english.contains("\"name\":\"calculate\""), english);
    }
  }
}
