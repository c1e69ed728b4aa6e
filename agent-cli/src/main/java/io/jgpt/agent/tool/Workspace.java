package io.jgpt.agent.tool;

import java.util.List;

/**
 * The files that tools may touch: one folder, and no way out of it. Paths are texts as a user or a
 * model writes them, separated by slashes; {@code ..} may not lead out, and what a shell or an eye
 * would take for something else is refused.
 *
 * <p>Text is UTF-8. Names that start with a dot are hidden from tools. Links are neither followed
 * nor written through.
 */
public interface Workspace extends AutoCloseable {

  /**
   * The beginning of a text file.
   *
   * @param limit most bytes read
   * @throws ToolException if there is no such regular file, or it does not hold text
   */
  Content read(String path, int limit) throws ToolException;

  /**
   * Makes a file, with the folders above it, or replaces what is in it, at once or not at all.
   *
   * @param limit most bytes of the file afterwards
   * @throws ToolException if the path is not one that tools may write
   */
  void write(String path, String text, int limit) throws ToolException;

  /**
   * Makes a file with the bytes of another.
   *
   * @param limit most bytes copied
   * @throws ToolException if there is a file at {@code to}, or as for reading and writing
   */
  void copy(String from, String to, int limit) throws ToolException;

  /**
   * The names in a folder, sorted; those of folders end with a slash.
   *
   * @param path of the folder; {@code "."} is the workspace itself
   * @param limit most names looked at
   */
  List<String> list(String path, int limit) throws ToolException;

  /**
   * Every regular file, as paths from the workspace's root, sorted.
   *
   * @param limit most names looked at
   */
  List<String> files(int limit) throws ToolException;

  /**
   * Whether there is a regular file.
   *
   * @throws ToolException if tools may not use the path
   */
  boolean exists(String path) throws ToolException;

  /** The path from the root, with slashes: the same for every way to write it. */
  String canonical(String path) throws ToolException;

  /**
   * Checks what a program is to be given as a path, whether or not it is one: that it does not lead
   * out, neither by itself nor through a link.
   *
   * @throws ToolException if it does, or tools may not use the path
   */
  void requireInside(String path) throws ToolException;

  @Override
  void close();

  /**
   * The beginning of a text file.
   *
   * @param text of the bytes read
   * @param cut whether the file goes on
   */
  record Content(String text, boolean cut) {}
}
