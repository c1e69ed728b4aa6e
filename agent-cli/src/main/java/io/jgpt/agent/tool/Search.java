package io.jgpt.agent.tool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds lines of the workspace's files that are about something: each line is ranked on its own,
 * together with the name of its file, and the best line of each file is shown.
 */
final class Search implements Tool {

  private static final String SEPARATOR = ": ";
  private static final int FOUND = 5;
  private static final int MAX_LINES = 20_000;
  private static final int LONGEST_LINE = 200;

  private static final ToolSpec SPEC =
      new ToolSpec(
          "search",
          "Finds text in the files",
          List.of(Parameter.required("query", Parameter.Kind.QUERY, "words to look for")),
          Effect.READS);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  /** A line and the file it stands in. */
  private record Line(String path, String text) {

    /** What of a line is looked through and shown. */
    String shown() {
      return path + SEPARATOR + text;
    }
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    List<Line> lines = lines(context);
    Map<String, Line> best = new LinkedHashMap<>();
    for (int i :
        Ranking.of(lines.stream().map(Line::shown).toList()).best(arguments.text("query"))) {
      best.putIfAbsent(lines.get(i).path, lines.get(i));
    }
    if (best.isEmpty()) {
      return ToolResult.of("nothing found");
    }
    return ToolResult.of(
        best.values().stream().limit(FOUND).map(Line::shown).collect(Collectors.joining("\n")));
  }

  /** The paths alone: what follows them is content. */
  @Override
  public List<String> sources(String observation) {
    return observation
        .lines()
        .filter(line -> line.contains(SEPARATOR))
        .map(line -> line.substring(0, line.indexOf(SEPARATOR)))
        .toList();
  }

  private static List<Line> lines(ToolContext context) throws ToolException {
    List<Line> lines = new ArrayList<>();
    for (String path : context.workspace().files(context.limits().files())) {
      String text;
      try {
        text = context.workspace().read(path, context.limits().readBytes()).text();
      } catch (ToolException notText) {
        continue;
      }
      DisplayText.text(text)
          .lines()
          .filter(line -> !line.isBlank())
          .limit(MAX_LINES - lines.size())
          .forEach(line -> lines.add(new Line(path, shortened(line.strip()))));
    }
    return lines;
  }

  private static String shortened(String line) {
    return line.codePointCount(0, line.length()) <= LONGEST_LINE
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_LINE));
  }
}
