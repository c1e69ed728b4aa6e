package io.jgpt.agent.tool;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A workspace of texts in memory, which answers as a {@link FolderWorkspace} does: for simulations
 * and for tests of tools. For one thread.
 */
public final class MemoryWorkspace implements Workspace {

  private final TreeMap<String, String> texts = new TreeMap<>();

  @Override
  public Content read(String path, int limit) throws ToolException {
    WorkspacePath file = file(path);
    byte[] bytes = Utf8Text.encode(text(file));
    return Utf8Text.decode(file, bytes, limit);
  }

  @Override
  public void write(String path, String text, int limit) throws ToolException {
    WorkspacePath file = file(path);
    int bytes = Utf8Text.encode(text).length;
    if (bytes > limit) {
      throw Refusals.tooLong(file, bytes, limit);
    }
    if (isFolder(file.toString())) {
      throw Refusals.folder(file);
    }
    checkAbove(file);
    texts.put(file.toString(), text);
  }

  @Override
  public void copy(String from, String to, int limit) throws ToolException {
    WorkspacePath.parse(from);
    WorkspacePath.parse(to);
    WorkspacePath source = file(from);
    String text = text(source);
    WorkspacePath target = file(to);
    if (Utf8Text.encode(text).length > limit) {
      throw Refusals.tooLong(source, limit);
    }
    checkAbove(target);
    if (texts.containsKey(target.toString()) || isFolder(target.toString())) {
      throw Refusals.taken(target);
    }
    write(to, text, limit);
  }

  @Override
  public List<String> list(String path, int limit) throws ToolException {
    WorkspacePath folder = WorkspacePath.parse(path);
    if (!folder.isRoot() && !isFolder(folder.toString())) {
      throw texts.containsKey(folder.toString()) || isBelowFile(folder)
          ? Refusals.notFolder(folder)
          : Refusals.missing(folder);
    }
    String prefix = folder.isRoot() ? "" : folder + "/";
    Set<Listing.Entry> entries = new LinkedHashSet<>();
    for (String name : texts.tailMap(prefix).keySet()) {
      if (!name.startsWith(prefix) || entries.size() >= limit) {
        break;
      }
      String rest = name.substring(prefix.length());
      int slash = rest.indexOf('/');
      entries.add(new Listing.Entry(slash < 0 ? rest : rest.substring(0, slash), slash >= 0));
    }
    return Listing.shown(entries.stream().sorted().toList());
  }

  @Override
  public List<String> files(int limit) {
    return new ArrayList<>(texts.keySet().stream().limit(limit).toList());
  }

  @Override
  public boolean exists(String path) throws ToolException {
    return texts.containsKey(WorkspacePath.parse(path).toString());
  }

  @Override
  public String canonical(String path) throws ToolException {
    return WorkspacePath.parse(path).toString();
  }

  @Override
  public void requireInside(String path) throws ToolException {
    WorkspacePath.parse(path);
  }

  /** Every file with its text, by path; a copy. */
  public Map<String, String> all() {
    return new TreeMap<>(texts);
  }

  @Override
  public void close() {
    texts.clear();
  }

  private static WorkspacePath file(String path) throws ToolException {
    WorkspacePath file = WorkspacePath.parse(path);
    if (file.isRoot()) {
      throw Refusals.root();
    }
    return file;
  }

  private String text(WorkspacePath file) throws ToolException {
    String text = texts.get(file.toString());
    if (text == null) {
      checkAbove(file);
      throw isFolder(file.toString()) ? Refusals.folder(file) : Refusals.missing(file);
    }
    return text;
  }

  private void checkAbove(WorkspacePath file) throws ToolException {
    if (isBelowFile(file)) {
      throw Refusals.belowFile(file);
    }
  }

  private boolean isBelowFile(WorkspacePath path) {
    List<String> names = path.names();
    return IntStream.range(1, names.size())
        .anyMatch(i -> texts.containsKey(String.join("/", names.subList(0, i))));
  }

  private boolean isFolder(String path) {
    String next = texts.higherKey(path + "/");
    return next != null && next.startsWith(path + "/");
  }
}
