package io.jgpt.agent.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.Call;
import io.jgpt.agent.Decision;
import io.jgpt.agent.PolicyFile;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecipesTest {

  private static final String GOOD =
      """
      {"title": {"en": "Shop", "zh": "商店"}, "description": {"en": "Sells"},
       "tools": ["read", "write"],
       "policy": {"rules": [{"effect": "writes", "decision": "deny", "reason": "closed"}]}}
      """;

  @TempDir Path root;

  private Path recipe(String folder, String json) throws IOException {
    Path path = Files.createDirectories(root.resolve(folder));
    Files.writeString(path.resolve("recipe.json"), json);
    Files.writeString(path.resolve("profile.md"), "You sell.\n");
    return path;
  }

  private Recipes recipes(String... directories) {
    return new Recipes(root, List.of(directories).stream().map(root::resolve).toList());
  }

  @Test
  void aNameIsLookedUpInOrderAndAPathIsTaken() throws Exception {
    Path mine = recipe("mine/shop", GOOD);
    Path theirs = recipe("theirs/shop", GOOD);
    recipe("theirs/bank", GOOD);
    Files.createDirectories(root.resolve("theirs/no-recipe"));
    Recipes recipes = recipes("mine", "missing", "theirs");
    assertEquals(List.of("bank", "shop"), List.copyOf(recipes.all().keySet()));
    assertEquals(mine, recipes.find("shop").orElseThrow().folder());
    Recipe byPath = recipes.find("./theirs/shop").orElseThrow();
    assertEquals(theirs, byPath.folder());
    assertEquals(theirs.toString(), byPath.name()); // found again from anywhere
    for (String none : new String[] {"stop", "./shop", "..", "theirs/no-recipe", "/", "mine"}) {
      assertTrue(recipes.find(none).isEmpty(), none);
    }
  }

  @Test
  void itSaysWhatItIsInBothLanguages() throws Exception {
    Path folder = recipe("r/shop", GOOD);
    Recipe recipe = recipes("r").find("shop").orElseThrow();
    assertEquals("Shop", recipe.title().in(Locale.ENGLISH));
    assertEquals("商店", recipe.title().in(Locale.CHINESE));
    assertEquals("Sells", recipe.description().in(Locale.CHINESE)); // better than nothing
    assertEquals("You sell.", recipe.profile().in(Locale.CHINESE));
    Files.writeString(folder.resolve("profile_zh.md"), "你卖东西。");
    Recipe both = recipes("r").find("shop").orElseThrow();
    assertEquals("你卖东西。", both.profile().in(Locale.CHINESE));
    assertEquals("You sell.", both.profile().in(Locale.ENGLISH));
  }

  @Test
  void itLeavesItsToolsAndItsPolicyDecides() throws Exception {
    recipe("r/shop", GOOD);
    Recipe recipe = recipes("r").find("shop").orElseThrow();
    Toolbox tools = recipe.of(Toolbox.standard());
    assertEquals(
        List.of("read", "write", "finish"), tools.specs().stream().map(ToolSpec::name).toList());
    ToolSpec write = tools.find("write").orElseThrow().spec();
    ToolSpec read = tools.find("read").orElseThrow().spec();
    assertEquals(new Decision.Deny("closed"), recipe.policy().check(write, Call.of("write")));
    assertInstanceOf(Decision.Allow.class, recipe.policy().check(read, Call.of("read")));
    // What a user's own rules leave open, the recipe decides.
    assertEquals(
        new Decision.Deny("closed"),
        PolicyFile.read("{\"rules\":[{\"tool\":\"read\",\"decision\":\"ask\"}]}")
            .otherwise(recipe.policy())
            .check(write, Call.of("write")));
  }

  @Test
  void whatItDoesNotKnowIsAnError() throws IOException {
    String[][] wrong = {
      {GOOD.replace("\"tools\"", "\"tool\""), "no member \"tool\" in a recipe"},
      {GOOD.replace("\"zh\"", "\"fr\""), "no member \"fr\" in title"},
      {
        GOOD.replace("\"en\": \"Sells\"", ""), "\"description\" has neither \"en\" nor \"zh\" in it"
      },
      {GOOD.replace("[\"read\", \"write\"]", "[]"), "\"tools\" names none"},
      {GOOD.replace("\"write\"]", "\"read\"]"), "tool \"read\" stands there twice"},
      {GOOD.replace("\"rules\"", "\"shell\""), "no member \"shell\" in a policy"},
      {GOOD.replace("\"decision\"", "\"dezision\""), "no member \"dezision\" in a policy"},
      {"[]", "no object"},
      {"{" + " ".repeat(17_000) + "}", "recipe.json has more than 16384 bytes"},
    };
    for (String[] pair : wrong) {
      Path folder = recipe("r/bad", pair[0]);
      JsonException e = assertThrows(JsonException.class, () -> recipes("r").find("bad"), pair[1]);
      assertEquals(folder.resolve("recipe.json") + ": " + pair[1], e.getMessage());
    }
  }

  @Test
  void aToolThatIsNotThereIsAnError() throws Exception {
    Path folder = recipe("r/bad", GOOD.replace("\"write\"", "\"launch\""));
    Recipe recipe = recipes("r").find("bad").orElseThrow();
    JsonException e = assertThrows(JsonException.class, () -> recipe.of(Toolbox.standard()));
    assertEquals(folder.resolve("recipe.json") + ": there is no tool \"launch\"", e.getMessage());
  }

  @Test
  void itNeedsAProfileInUtf8() throws Exception {
    Path folder = recipe("r/bad", GOOD);
    Files.write(folder.resolve("profile.md"), new byte[] {(byte) 0xff});
    assertThrows(JsonException.class, () -> recipes("r").find("bad"));
    Files.delete(folder.resolve("profile.md"));
    assertThrows(JsonException.class, () -> recipes("r").find("bad"));
  }
}
