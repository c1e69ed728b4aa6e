package io.jgpt.agent.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/** The parts of a goal that each ask for one thing: it is split at conjunctions and marks. */
final class Clauses {

  private static final Wording CUTS =
      Wording.of(
          "[。；;！!]|[，,](?!\\d)|\\.(?=\\s|$)|\\?(?=\\s|$)|？|->|(?:^|\\s)\\d\\.\\s"
              + "|(?<![\\d)])\\s[-/+]\\s(?![\\d(])|[一二三四]、|第[一二三四]步：?"
              + "|\\b(?:and )?(?:then|afterwards|after that|finally|next|at last)\\b"
              + "|\\band(?= (?:write|save|put|append|add|copy|read|show|tell|note|remember|make|then"
              + "|summari[sz]e|list|search|look|find|convert|calculate|work|check|give|ask|keep|let)\\b)"
              + "|然后|接着|之后|最后(?=[把将给再写读看告问总概复备搜查列记算])|随后|并且|同时"
              + "|(?<=.)再|(?<=[^\\p{L}])先");

  private Clauses() {}

  /** Cuts, but not between quotation marks. */
  static List<String> of(String goal) {
    List<String> clauses = new ArrayList<>();
    Matcher quoted = Wording.QUOTED.matcher(goal);
    List<int[]> quotes = new ArrayList<>();
    while (quoted.find()) {
      quotes.add(new int[] {quoted.start(), quoted.end()});
    }
    int begin = 0;
    Matcher cut = CUTS.matcher(goal);
    while (cut.find()) {
      int at = cut.start();
      if (quotes.stream().noneMatch(quote -> quote[0] <= at && at < quote[1])) {
        clauses.add(goal.substring(begin, at).strip());
        begin = cut.end();
      }
    }
    clauses.add(goal.substring(begin).strip());
    return clauses;
  }
}
