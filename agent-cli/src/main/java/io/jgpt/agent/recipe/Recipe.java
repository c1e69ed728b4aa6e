package io.jgpt.agent.recipe;

import io.jgpt.agent.Policy;
import io.jgpt.agent.PolicyFile;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.tool.Toolbox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an agent is for: who it is, with which tools, and what it may do without asking.
 *
 * <pre>
 * {"title": {"en": "Office chores", "zh": "办公杂务"},
 *  "description": {"en": "Orders and reports from tables", "zh": "根据表格整理订单和报告"},
 *  "tools": ["list", "read", "table", "write"],
 *  "policy": {"rules": [{"effect": "writes", "target": "reports/*", "decision": "ask"},
 *                       {"effect": "writes", "decision": "deny", "reason": "reports only"}]}}
 * </pre>
 *
 * @param name as it was asked for: that of its folder, or the path
 * @param folder where it lies
 * @param profile what the planner is told about its role, tone and rules
 * @param tools by name; finishing needs none
 * @param policy its rules, and {@link Policy#USUAL} where none fits
 */
public record Recipe(
    String name,
    Path folder,
    Wording title,
    Wording description,
    Wording profile,
    List<String> tools,
    PolicyFile policy) {

  /** The file that makes a folder a recipe: it gives permissions, so no tool may write one. */
  public static final String FILE = "recipe.json";

  private static final String PROFILE = "profile.md";
  private static final String PROFILE_ZH = "profile_zh.md";

  /** A profile is read with every step, and a model's context is small. */
  private static final int LARGEST = 16 << 10;

  /** Copies the tools. */
  public Recipe {
    tools = List.copyOf(tools);
  }

  /** Whether a folder is meant to be one. */
  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /**
   * Reads a recipe. What it does not know is an error: a rule that is not obeyed is no protection.
   *
   * @throws JsonException if it is none; the message begins with the file
   * @throws IOException if a file cannot be read
   */
  static Recipe read(String name, Path folder) throws IOException, JsonException {
    try {
      JsonValue.Members recipe = JsonText.read(text(folder.resolve(FILE))).asObject();
      recipe.requireOnly("a recipe", "title", "description", "tools", "policy");
      return new Recipe(
          name,
          folder,
          Wording.read(recipe, "title"),
          Wording.read(recipe, "description"),
          profile(folder),
          tools(recipe),
          PolicyFile.of(recipe.object("policy")));
    } catch (JsonException e) {
      throw new JsonException(folder.resolve(FILE) + ": " + e.getMessage(), e);
    }
  }

  private static Wording profile(Path folder) throws IOException, JsonException {
    Optional<String> english = optionalText(folder.resolve(PROFILE));
    Optional<String> chinese = optionalText(folder.resolve(PROFILE_ZH));
    return Wording.of(english, chinese)
        .orElseThrow(() -> new JsonException("there is no " + PROFILE + " beside it"));
  }

  private static List<String> tools(JsonValue.Members recipe) throws JsonException {
    Set<String> tools = new LinkedHashSet<>();
    for (JsonValue tool : recipe.elements("tools")) {
      if (!tools.add(tool.asText())) {
        throw new JsonException("tool \"" + tool.asText() + "\" stands there twice");
      }
    }
    if (tools.isEmpty()) {
      throw new JsonException("\"tools\" names none");
    }
    return List.copyOf(tools);
  }

  private static Optional<String> optionalText(Path file) throws IOException, JsonException {
    return Files.exists(file) ? Optional.of(text(file).strip()) : Optional.empty();
  }

  private static String text(Path file) throws IOException, JsonException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    }
    if (bytes.length > LARGEST) {
      throw new JsonException(file.getFileName() + " has more than " + LARGEST + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new JsonException(file.getFileName() + " is not in UTF-8", e);
    }
  }

  /**
   * Of the tools that there are those that it names.
   *
   * @throws JsonException if there is none of a name
   */
  public Toolbox of(Toolbox all) throws JsonException {
    for (String tool : tools) {
      if (all.find(tool).isEmpty()) {
        throw new JsonException(folder.resolve(FILE) + ": there is no tool \"" + tool + "\"");
      }
    }
    return all.only(tools);
  }

  /** The files that it consists of; tools must not write them. */
  public List<Path> files() {
    return Stream.of(FILE, PROFILE, PROFILE_ZH).map(folder::resolve).toList();
  }
}
