package io.jgpt.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.Instructions;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.tokenizer.Tokenizer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ActionFormatTest {

  private static final int FIRST_SPECIAL = 0x110000;

  /** Ids are code points; special tokens lie above them. */
  private static Tokenizer tokenizer(List<String> specials) {
    return (Tokenizer)
        Proxy.newProxyInstance(
            Tokenizer.class.getClassLoader(),
            new Class<?>[] {Tokenizer.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "encode" -> ((String) arguments[0]).codePoints().toArray();
                  case "decode" -> {
                    var text = new StringBuilder();
                    Arrays.stream((int[]) arguments[0]).forEach(text::appendCodePoint);
                    yield text.toString();
                  }
                  case "isSpecial" -> (int) arguments[0] >= FIRST_SPECIAL;
                  case "idOf" -> {
                    int i = specials.indexOf((String) arguments[0]);
                    yield i < 0 ? OptionalInt.empty() : OptionalInt.of(FIRST_SPECIAL + i);
                  }
                  default -> throw new AssertionError(method.getName());
                });
  }

  private static List<String> specials() {
    List<String> names = new ArrayList<>(List.of("goal", "think", "act", "arg", "obs", "end"));
    Toolbox.standard().specs().forEach(spec -> names.add(spec.name()));
    return names.stream().map(name -> "<|" + name + "|>").toList();
  }

  private static ActionFormat format() {
    Tokenizer tokenizer = tokenizer(specials());
    return new ActionFormat(tokenizer, ActionTokens.of(tokenizer, Toolbox.standard().specs()));
  }

  private static String spelled(int[] ids) {
    var text = new StringBuilder();
    for (int id : ids) {
      if (id >= FIRST_SPECIAL) {
        text.append(specials().get(id - FIRST_SPECIAL));
      } else {
        text.appendCodePoint(id);
      }
    }
    return text.toString();
  }

  private static int[] ids(String spelled) {
    List<Integer> ids = new ArrayList<>();
    int i = 0;
    while (i < spelled.length()) {
      int at = i;
      Optional<String> special =
          specials().stream().filter(name -> spelled.startsWith(name, at)).findFirst();
      ids.add(
          special.isPresent()
              ? FIRST_SPECIAL + specials().indexOf(special.get())
              : spelled.codePointAt(at));
      i += special.map(String::length).orElse(Character.charCount(spelled.codePointAt(at)));
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  private static AgentState run() {
    return AgentState.of(
        List.of(
            new Input("Write 17*23 to 甲.txt"),
            Instructions.parse("x"),
            new Thought("calculate first"),
            new Action("a1", Call.of("calculate", "expression", "17*23"), 0),
            new Observation("a1", "391", false, false),
            new Action("a2", Call.of("write", "path", "甲.txt", "text", "<|end|>"), 0),
            new Observation("a2", "ok", false, true)));
  }

  @Test
  void aRunIsThisText() {
    assertEquals(
        "<|goal|>Write 17*23 to 甲.txt<|end|><|think|>calculate first<|end|>"
            + "<|act|><|calculate|>17*23<|end|><|obs|>391<|end|>"
            + "<|act|><|write|>甲.txt<|arg|><|end|><|end|><|obs|>ok<|end|>",
        spelled(format().prompt(run(), 1000)));
    // The one that the goal of a file spelled is no special token.
    long ends =
        Arrays.stream(format().prompt(run(), 1000)).filter(id -> id == FIRST_SPECIAL + 5).count();
    assertEquals(6, ends);
  }

  @Test
  void whatIsKnownOfACallIsWhatWasObservedLast() {
    Call again = Call.of("calculate", "expression", "17*23");
    assertEquals("<|obs|>391<|end|>", spelled(format().known(run(), again)));
    AgentState later =
        run().apply(new Action("a3", again, 0)).apply(new Observation("a3", "392", false, false));
    assertEquals("<|obs|>392<|end|>", spelled(format().known(later, again)));
  }

  @Test
  void whatIsTooLongLosesWholeItemsFromTheMiddle() {
    String goal = "<|goal|>Write 17*23 to 甲.txt<|end|>";
    int goalLength = ids(goal).length;
    assertEquals(goal, spelled(format().prompt(run(), 3)));
    assertEquals(goal + "<|obs|>ok<|end|>", spelled(format().prompt(run(), goalLength + 4)));
    for (int most = goalLength; most < 120; most++) {
      int[] prompt = format().prompt(run(), most);
      assertTrue(prompt.length <= most);
      assertTrue(spelled(prompt).startsWith(goal));
    }
  }

  @Test
  void proposalsAreReadBack() {
    assertEquals(
        new Proposal.Act("first", List.of(Call.of("write", "path", "甲.txt", "text", "39 1")), 7),
        read("<|think|>first<|end|><|act|><|write|>甲.txt<|arg|>39 1<|end|>"));
    assertEquals(new Proposal.Act("", List.of(Call.of("list")), 7), read("<|act|><|list|><|end|>"));
    assertEquals(new Proposal.Finish("", "it is 391", 7), read("<|finish|>it is 391<|end|>"));
  }

  private static Proposal read(String text) {
    return format().proposal(ids(text), 7).orElseThrow();
  }

  @Test
  void whatIsNoProposalIsNone() {
    for (String text :
        new String[] {
          "",
          "once upon a time",
          "<|think|>x<|end|>",
          "<|act|><|end|>",
          "<|act|><|list|>a",
          "<|act|><|read|>a<|arg|>b<|end|>",
          "<|finish|>x",
          "<|goal|>x<|end|>",
          "<|finish|>x<|end|><|end|>",
          "<|finish|>x<|obs|>y<|end|>",
          "<|act|>now<|read|>a<|end|>",
          "<|act|><|write|>a<|finish|>b<|end|>",
          "<|act|><|copy|>a<|arg|>b<|arg|>c<|end|>",
        }) {
      assertEquals(Optional.empty(), format().proposal(ids(text), 0), text);
    }
  }

  @Test
  void whatAModelLacksIsNamed() {
    List<String> some = specials().stream().filter(name -> !name.equals("<|obs|>")).toList();
    assertEquals(List.of(), ActionTokens.missing(Optional.of(tokenizer(specials()))));
    assertEquals(List.of("<|obs|>"), ActionTokens.missing(Optional.of(tokenizer(some))));
    assertEquals(7, ActionTokens.missing(Optional.empty()).size());
  }

  @Test
  void whatAnotherPlannerDidWithAToolThatTheModelHasNoWordForIsLeftOut() {
    AgentState state =
        AgentState.of(
            List.of(
                new Input("x"),
                Instructions.parse("x"),
                new Action("a1", Call.of("shell", "command", "ls"), 0),
                new Observation("a1", "a.txt", false, false),
                new Action("a2", Call.of("write", "text", "1", "path", "b"), 0),
                new Observation("a2", "ok", false, true)));
    assertEquals(
        "<|goal|>x<|end|><|act|><|write|>b<|arg|>1<|end|><|obs|>ok<|end|>",
        spelled(format().prompt(state, 1000)));
  }
}
