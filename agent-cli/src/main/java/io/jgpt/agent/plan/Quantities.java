package io.jgpt.agent.plan;

import io.jgpt.agent.tool.Parameter;
import io.jgpt.sampling.grammar.Grammar.Span.Piece;
import java.util.ArrayList;
import java.util.List;

/** The numbers, expressions, units and days of a line: its parts that a tool can read as one. */
final class Quantities {

  /**
   * Longest value that begins inside of another, in UTF-16 units: of an expression of hundreds of
   * terms, not each of its tens of thousands of parts is tried.
   */
  private static final int MOST_INSIDE = 64;

  private Quantities() {}

  /**
   * Finds them.
   *
   * @param pieces of the line, between which it may be cut
   * @return for each piece that a value begins with, what the values go on with
   */
  static List<List<Piece>> of(Parameter.Kind kind, List<String> pieces) {
    String line = String.join("", pieces);
    List<List<Piece>> found = new ArrayList<>();
    int begin = 0;
    int covered = 0;
    for (int first = 0; first < pieces.size(); first++) {
      if (!pieces.get(first).isBlank()) {
        String rest = line.substring(begin);
        int reach = Math.min(kind.reach(rest), begin < covered ? MOST_INSIDE : rest.length());
        List<Piece> values = from(kind, rest, reach, pieces.subList(first, pieces.size()));
        if (!values.isEmpty()) {
          found.add(values);
          covered = Math.max(covered, begin + length(values));
        }
      }
      begin += pieces.get(first).length();
    }
    return found;
  }

  private static int length(List<Piece> pieces) {
    return pieces.stream().mapToInt(piece -> piece.text().length()).sum();
  }

  /** The values that a text begins with, up to the end of the longest; nothing if there is none. */
  private static List<Piece> from(
      Parameter.Kind kind, String text, int reach, List<String> pieces) {
    List<Piece> values = new ArrayList<>();
    int known = 0;
    int end = 0;
    for (String piece : pieces) {
      end += piece.length();
      if (end > reach) {
        break;
      }
      boolean ends = !piece.isBlank() && kind.accepts(text.substring(0, end));
      values.add(new Piece(piece, values.isEmpty(), ends));
      known = ends ? values.size() : known;
    }
    return values.subList(0, known);
  }
}
