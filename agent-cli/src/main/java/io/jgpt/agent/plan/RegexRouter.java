package io.jgpt.agent.plan;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Instructions;
import io.jgpt.agent.Planner;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.TokenSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plans by regular expressions: what a developer would write in an hour instead of training a
 * model, and what a model must do better than.
 */
public final class RegexRouter implements Planner {

  private static final Map<String, String> WEEKDAYS =
      Map.of(
          "Monday", "星期一",
          "Tuesday", "星期二",
          "Wednesday", "星期三",
          "Thursday", "星期四",
          "Friday", "星期五",
          "Saturday", "星期六",
          "Sunday", "星期日");

  private static final Pattern WEEKDAY = Pattern.compile(String.join("|", WEEKDAYS.keySet()));

  @Override
  public Proposal next(AgentState state, TokenSink live) {
    boolean chinese = Instructions.language(state.goal()).equals(Locale.CHINESE);
    List<Route> routes = Routes.of(state.goal());
    List<Observation> observed = new ArrayList<>();
    for (Event event : state.events()) {
      if (event instanceof Observation observation) {
        observed.add(observation);
      }
    }
    if (!observed.isEmpty() && observed.getLast().failed()) {
      String error = observed.getLast().text();
      return finish((chinese ? "无法完成：" : "I cannot do that: ") + error);
    }
    if (observed.size() < routes.size()) {
      return act(routes, observed, chinese);
    }
    if (routes.isEmpty()) {
      return finish(chinese ? "我做不到。" : "I cannot do that.");
    }
    List<String> told = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      if (routes.get(i).isTold()) {
        told.add(shown(observed.get(i).text(), chinese));
      }
    }
    return finish(told.isEmpty() ? (chinese ? "完成了。" : "Done.") : String.join("\n", told));
  }

  private static Proposal act(List<Route> routes, List<Observation> observed, boolean chinese) {
    int next = observed.size();
    Route route = routes.get(next);
    List<String> results = new ArrayList<>();
    for (int i = 0; i < next; i++) {
      if (routes.get(i).givesText()) {
        results.add(shown(observed.get(i).text(), chinese));
      }
    }
    String[] arguments = route.arguments().clone();
    for (int i = 1; i < arguments.length; i += 2) {
      arguments[i] =
          switch (arguments[i]) {
            case Route.RESULT -> results.isEmpty() ? "" : results.getLast();
            case Route.RESULTS -> String.join("\n", results);
            default -> arguments[i];
          };
    }
    return new Proposal.Act("", List.of(Call.of(route.tool(), arguments)), 0);
  }

  private static String shown(String observed, boolean chinese) {
    Matcher weekday = WEEKDAY.matcher(observed);
    return chinese ? weekday.replaceAll(day -> WEEKDAYS.get(day.group())) : observed;
  }

  private static Proposal finish(String answer) {
    return new Proposal.Finish("", answer, 0);
  }

  @Override
  public void close() {}
}
