package io.jgpt.agent.tool;

/** Why a path of a workspace cannot be used: in one wording, wherever the files are. */
final class Refusals {

  private Refusals() {}

  static ToolException root() {
    return new ToolException("the workspace itself is no file");
  }

  static ToolException missing(WorkspacePath path) {
    return new ToolException("no file " + path);
  }

  static ToolException folder(WorkspacePath path) {
    return new ToolException(path + " is a folder");
  }

  static ToolException notFolder(WorkspacePath path) {
    return new ToolException(path + " is not a folder");
  }

  /** A name on the way is that of a file. */
  static ToolException belowFile(WorkspacePath path) {
    return new ToolException(path + " is below a file");
  }

  static ToolException taken(WorkspacePath path) {
    return new ToolException(path + " already exists");
  }

  /** What is to be read. */
  static ToolException tooLong(WorkspacePath path, int limit) {
    return new ToolException(path + " has more than " + limit + " bytes");
  }

  /** What is to be written. */
  static ToolException tooLong(WorkspacePath path, int bytes, int limit) {
    return new ToolException(path + " would have " + bytes + " bytes, at most " + limit);
  }
}
