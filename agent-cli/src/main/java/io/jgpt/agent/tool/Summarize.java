package io.jgpt.agent.tool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Picks the sentences of a file that have most in common with its others, and shows them in their
 * order. Nothing is written anew, so nothing can be made up.
 */
final class Summarize implements Tool {

  private static final int SENTENCES = 3;
  private static final int MOST_SENTENCES = 300;
  // A full stop ends a sentence before a blank only: 3.5 and a.txt have one inside.
  private static final Pattern END = Pattern.compile("(?<=[。！？；])|(?<=[.!?])\\s+|\\n+");

  private static final ToolSpec SPEC =
      new ToolSpec(
          "summarize",
          "Shows the main sentences of a text file",
          List.of(Parameter.required("path", Parameter.Kind.PATH, "of the file")),
          Effect.READS);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    Workspace.Content content =
        context.workspace().read(arguments.text("path"), context.limits().readBytes());
    List<String> sentences =
        END.splitAsStream(content.text())
            .map(String::strip)
            .filter(sentence -> !sentence.isEmpty())
            .limit(MOST_SENTENCES)
            .toList();
    if (sentences.isEmpty()) {
      return ToolResult.of("(empty)");
    }
    return ToolResult.of(String.join("\n", central(sentences)));
  }

  private static List<String> central(List<String> sentences) {
    Ranking ranking = Ranking.of(sentences);
    double[] scores = new double[sentences.size()];
    for (int query = 0; query < scores.length; query++) {
      double[] alike = ranking.scores(sentences.get(query));
      for (int i = 0; i < scores.length; i++) {
        scores[i] += i == query ? 0 : alike[i];
      }
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble((Integer i) -> -scores[i]));
    return order.stream().limit(SENTENCES).sorted().map(sentences::get).toList();
  }
}
