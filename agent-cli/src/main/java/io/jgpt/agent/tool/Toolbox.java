package io.jgpt.agent.tool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools of one agent, by name, in the order in which they are shown to a planner. */
public final class Toolbox {

  private final Map<String, Tool> tools;

  private Toolbox(Map<String, Tool> tools) {
    this.tools = tools;
  }

  /** Those given. Two of one name are an error. */
  public static Toolbox of(Collection<Tool> tools) {
    Map<String, Tool> byName = new LinkedHashMap<>();
    for (Tool tool : tools) {
      if (byName.put(tool.spec().name(), tool) != null) {
        throw new IllegalArgumentException("two tools are called " + tool.spec().name());
      }
    }
    return new Toolbox(byName);
  }

  /** The tools that are on by default. None of them starts a program or leaves the machine. */
  public static Toolbox standard() {
    return of(
        List.of(
            new Calculate(),
            new Convert(),
            new TellDate(),
            new ListFolder(),
            new Read(),
            new Write(),
            new Append(),
            new Copy(),
            new Search(),
            new AddNote(),
            new FindNotes(),
            new Summarize(),
            new Ask(),
            new Finish()));
  }

  /** These and one more. */
  public Toolbox with(Tool tool) {
    List<Tool> more = new ArrayList<>(tools.values());
    more.add(tool);
    return of(more);
  }

  /** Those of these names, and the one that finishes. Names of none are left out. */
  public Toolbox only(Collection<String> names) {
    return of(
        tools.values().stream()
            .filter(tool -> names.contains(tool.spec().name()) || tool instanceof Finish)
            .toList());
  }

  /** What a planner needs to know of each. */
  public List<ToolSpec> specs() {
    return tools.values().stream().map(Tool::spec).toList();
  }

  /** The tool of that name. */
  public Optional<Tool> find(String name) {
    return Optional.ofNullable(tools.get(name));
  }

  /**
   * Carries out one call. Whatever the tool cannot do comes back as a failed result, and a result
   * longer than the context's limit is cut, with a mark that says so.
   *
   * @param values by position
   */
  public ToolResult call(String name, List<String> values, ToolContext context) {
    return call(name, spec -> Arguments.of(spec, values), context);
  }

  /** As above, with the values by name. */
  public ToolResult call(String name, Map<String, String> values, ToolContext context) {
    return call(name, spec -> Arguments.of(spec, values), context);
  }

  private interface Fitting {
    Arguments to(ToolSpec spec) throws ToolException;
  }

  private ToolResult call(String name, Fitting arguments, ToolContext context) {
    Tool tool = tools.get(name);
    if (tool == null) {
      return ToolResult.failure(new ToolException("no tool " + name));
    }
    try {
      return cut(tool.call(arguments.to(tool.spec()), context), context.limits());
    } catch (ToolException e) {
      return cut(ToolResult.failure(e), context.limits());
    }
  }

  /** As {@link Tool#sources}, by the tool's name; none if there is no such tool. */
  public List<String> sources(String name, ToolResult result) {
    Tool tool = tools.get(name);
    return tool == null || result.failed() ? List.of() : tool.sources(result.text());
  }

  private static ToolResult cut(ToolResult result, Limits limits) {
    String text = result.text();
    int length = text.codePointCount(0, text.length());
    if (length <= limits.observation()) {
      return result;
    }
    String mark = " [cut]";
    int end = text.offsetByCodePoints(0, limits.observation() - mark.length());
    return new ToolResult(text.substring(0, end) + mark, result.failed(), result.changedState());
  }
}
