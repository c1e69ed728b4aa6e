package io.jgpt.agent.tool;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path inside a workspace, by its names; none of them is empty, a dot or two dots. No names: the
 * workspace itself.
 *
 * @param names from the root down
 */
record WorkspacePath(List<String> names) {

  private static final int LONGEST_NAME = 255;

  /** Most names of a path. */
  static final int DEEPEST = 32;

  WorkspacePath {
    names = List.copyOf(names);
  }

  /**
   * Reads a path as it was written.
   *
   * <p>Refused is what a shell, another system or an eye would take for something else: {@code ~}
   * and {@code $} that a shell expands, backslashes, control characters, marks that reorder text,
   * names that start or end with a blank. {@code ..} is resolved by the names alone, which is sound
   * because no link is ever followed, and may not leave the workspace.
   *
   * @param text relative, or already made relative to the root
   * @throws ToolException with the path and the reason
   */
  static WorkspacePath parse(String text) throws ToolException {
    if (text.isEmpty()) {
      throw new ToolException("the path is empty");
    }
    checkCharacters(text);
    if (text.startsWith("/")) {
      throw outside(text);
    }
    List<String> names = new ArrayList<>();
    for (String name : text.split("/", -1)) {
      switch (name) {
        case "", "." -> {}
        case ".." -> {
          if (names.isEmpty()) {
            throw outside(text);
          }
          names.removeLast();
        }
        default -> {
          checkName(text, name);
          names.add(name);
        }
      }
    }
    if (names.size() > DEEPEST) {
      throw new ToolException("more than " + DEEPEST + " folders deep: " + shortened(text));
    }
    return new WorkspacePath(names);
  }

  /** The refusal of a path that leads out. */
  static ToolException outside(String text) {
    return new ToolException("outside the workspace: " + shortened(text));
  }

  private static void checkCharacters(String text) throws ToolException {
    if (!text.codePoints().allMatch(DisplayText::isPrintable)) {
      throw new ToolException("a character that does not show in a path: " + shortened(text));
    }
    if (text.startsWith("~") || text.contains("$") || text.contains("\\")) {
      throw new ToolException("~, $ and \\ mean nothing in a path: " + shortened(text));
    }
  }

  private static void checkName(String text, String name) throws ToolException {
    if (name.startsWith(".")) {
      throw new ToolException("hidden files are not for tools: " + shortened(text));
    }
    if (!name.equals(name.strip())) {
      throw new ToolException("a name starts or ends with a blank: " + shortened(text));
    }
    try {
      int bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name)).remaining();
      if (bytes > LONGEST_NAME) {
        throw new ToolException(
            "a name of " + bytes + " bytes, at most " + LONGEST_NAME + ": " + shortened(text));
      }
    } catch (CharacterCodingException e) {
      throw new ToolException("not a name: " + shortened(text), e);
    }
  }

  private static String shortened(String text) {
    int end = Math.min(text.length(), 80);
    return end == text.length() ? text : text.substring(0, end) + "…";
  }

  boolean isRoot() {
    return names.isEmpty();
  }

  WorkspacePath child(String name) {
    List<String> longer = new ArrayList<>(names);
    longer.add(name);
    return new WorkspacePath(longer);
  }

  @Override
  public String toString() {
    return isRoot() ? "." : String.join("/", names);
  }
}
