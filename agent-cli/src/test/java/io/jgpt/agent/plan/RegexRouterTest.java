package io.jgpt.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Instructions;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.TokenSink;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegexRouterTest {

  private static String routes(String goal) {
    return Routes.of(goal).stream()
        .map(route -> route.tool() + " " + String.join(" ", values(route)))
        .collect(Collectors.joining("; "))
        .replace(Route.RESULTS, "RESULTS")
        .replace(Route.RESULT, "RESULT")
        .strip();
  }

  private static List<String> values(Route route) {
    List<String> all = List.of(route.arguments());
    return IntStream.range(0, all.size() / 2).mapToObj(i -> all.get(2 * i + 1)).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Calculate 17*23 and write it to a.txt, then read it. | calculate 17*23; write a.txt RESULT; read a.txt",
        "How many km is 3 miles? | convert 3 miles km",
        "Write \"buy milk, then bread\" to list.txt | write list.txt buy milk, then bread",
        "copy a.txt to b.md and summarize b.md | copy a.txt b.md; summarize b.md",
        "remember that the key is under the mat | note the key is under the mat",
        "算一下 17*23，写到a.txt，然后读a.txt。 | calculate 17*23; write a.txt RESULT; read a.txt",
        "把3公里换算成米 | convert 3 公里 米",
        "把“买牛奶”加到清单.txt的末尾 | append 清单.txt 买牛奶",
        "到2027-01-01还有多少天？ | date 到2027-01-01",
        "搜索苹果 | search 苹果",
      })
  void commonWordingsAreUnderstood(String goal, String expected) {
    assertEquals(expected, routes(goal));
  }

  @Test
  void whatIsObservedIsWrittenAndTold() {
    try (var router = new RegexRouter()) {
      String goal = "Calculate 17*23 and write it to a.txt.";
      AgentState state = AgentState.of(List.of(new Input(goal), Instructions.parse(goal)));
      assertEquals(Call.of("calculate", "expression", "17*23"), call(router, state));
      state = observed(state, call(router, state), "391", false);
      assertEquals(Call.of("write", "path", "a.txt", "text", "391"), call(router, state));
      AgentState written = observed(state, call(router, state), "ok", false);
      assertEquals(new Proposal.Finish("", "391", 0), router.next(written, TokenSink.SILENT));
      AgentState denied = observed(state, call(router, state), "error: denied", true);
      assertEquals(
          new Proposal.Finish("", "I cannot do that: error: denied", 0),
          router.next(denied, TokenSink.SILENT));
    }
  }

  private static Call call(RegexRouter router, AgentState state) {
    return ((Proposal.Act) router.next(state, TokenSink.SILENT)).calls().getFirst();
  }

  private static AgentState observed(AgentState state, Call call, String text, boolean failed) {
    String id = "a" + (state.actions() + 1);
    return state.apply(new Action(id, call, 0)).apply(new Observation(id, text, failed, false));
  }
}
