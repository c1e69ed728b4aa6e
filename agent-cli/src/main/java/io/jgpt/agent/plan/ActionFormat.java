package io.jgpt.agent.plan;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Between a run and the text of a model that was trained to act:
 *
 * <pre>
 * &lt;|goal|&gt;Write 17*23 to a.txt, then read it&lt;|end|&gt;
 * &lt;|think|&gt;calculate first&lt;|end|&gt;
 * &lt;|act|&gt;&lt;|calculate|&gt;17*23&lt;|end|&gt;&lt;|obs|&gt;391&lt;|end|&gt;
 * &lt;|act|&gt;&lt;|write|&gt;a.txt&lt;|arg|&gt;391&lt;|end|&gt;&lt;|obs|&gt;ok&lt;|end|&gt;
 * &lt;|finish|&gt;a.txt says: 391&lt;|end|&gt;
 * </pre>
 *
 * Without the line ends. What stands in brackets is a special token each, which no text can spell;
 * each text between them is encoded by itself. Immutable.
 */
final class ActionFormat {

  private final Tokenizer tokenizer;
  private final ActionTokens tokens;

  ActionFormat(Tokenizer tokenizer, ActionTokens tokens) {
    this.tokenizer = tokenizer;
    this.tokens = tokens;
  }

  /** How many tokens a run's prompt has at least. */
  int leastPrompt(AgentState state) {
    return goal(state).length;
  }

  /**
   * A run as the model reads it. Where it is too long, the goal and the newest items stay, each of
   * them whole.
   *
   * @param most tokens; the goal is kept even if it alone has more
   */
  int[] prompt(AgentState state, int most) {
    int[] goal = goal(state);
    List<int[]> items = items(state);
    int room = most - goal.length;
    int first = items.size();
    while (first > 0 && items.get(first - 1).length <= room) {
      first--;
      room -= items.get(first).length;
    }
    IntStream ids = Arrays.stream(goal);
    for (int[] kept : items.subList(first, items.size())) {
      ids = IntStream.concat(ids, Arrays.stream(kept));
    }
    return ids.toArray();
  }

  /** What was observed when a call was last made, as the model reads it. */
  int[] known(AgentState state, Call call) {
    Set<String> made = new HashSet<>();
    String last = "";
    for (Event event : state.events()) {
      if (event instanceof Action action && action.call().equals(call)) {
        made.add(action.id());
      } else if (event instanceof Observation observation && made.contains(observation.id())) {
        last = observation.text();
      }
    }
    return item(tokens.obs(), List.of(last));
  }

  private int[] goal(AgentState state) {
    return item(tokens.goal(), List.of(state.goal()));
  }

  private List<int[]> items(AgentState state) {
    List<int[]> items = new ArrayList<>();
    Set<String> unknown =
        new HashSet<>(); // actions of another planner that this model has no word for
    for (Event event : state.events()) {
      switch (event) {
        case Thought thought -> items.add(item(tokens.think(), List.of(thought.text())));
        case Action action -> {
          OptionalInt tool = tokens.tool(action.call().tool());
          if (tool.isPresent()) {
            items.add(action(tool.getAsInt(), action.call()));
          } else {
            unknown.add(action.id());
          }
        }
        case Observation observation when !unknown.contains(observation.id()) ->
            items.add(item(tokens.obs(), List.of(observation.text())));
        case Answer answer -> items.add(item(tokens.finish(), List.of(answer.text())));
        default -> {} // the model knows the goal and what was done for it
      }
    }
    return items;
  }

  private int[] item(int kind, List<String> texts) {
    IntStream ids = IntStream.of(kind);
    for (int i = 0; i < texts.size(); i++) {
      ids = i == 0 ? ids : IntStream.concat(ids, IntStream.of(tokens.arg()));
      ids = IntStream.concat(ids, Arrays.stream(tokenizer.encode(texts.get(i))));
    }
    return IntStream.concat(ids, IntStream.of(tokens.end())).toArray();
  }

  private int[] action(int tool, Call call) {
    List<String> values = new ArrayList<>();
    for (Parameter parameter : tokens.tools().get(tool).parameters()) {
      Optional.ofNullable(call.arguments().get(parameter.name())).ifPresent(values::add);
    }
    int[] body = item(tool, values);
    return IntStream.concat(IntStream.of(tokens.act()), Arrays.stream(body)).toArray();
  }

  /** A special token and the text behind it. */
  private record Part(int special, String text) {}

  /**
   * The proposal that a model wrote.
   *
   * @param spent tokens read and written for it
   * @return nothing if it is none, as of a model that nothing keeps to the format
   */
  Optional<Proposal> proposal(int[] ids, int spent) {
    List<Part> parts = parts(ids);
    String thought = "";
    if (parts.size() > 2 && parts.get(0).special == tokens.think() && isEnd(parts.get(1))) {
      thought = parts.get(0).text;
      parts = parts.subList(2, parts.size());
    }
    if (parts.size() < 2 || !isEnd(parts.getLast())) {
      return Optional.empty();
    }
    Part first = parts.getFirst();
    if (first.special == tokens.finish() && parts.size() == 2) {
      return Optional.of(new Proposal.Finish(thought, first.text, spent));
    }
    if (first.special != tokens.act() || !first.text.isEmpty()) {
      return Optional.empty();
    }
    String before = thought;
    return call(parts.subList(1, parts.size() - 1))
        .map(call -> new Proposal.Act(before, List.of(call), spent));
  }

  private boolean isEnd(Part part) {
    return part.special == tokens.end() && part.text.isEmpty();
  }

  /** A text before the first special token is no part, and nothing is one then. */
  private List<Part> parts(int[] ids) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < ids.length && tokenizer.isSpecial(ids[at])) {
      int next = at + 1;
      while (next < ids.length && !tokenizer.isSpecial(ids[next])) {
        next++;
      }
      parts.add(new Part(ids[at], tokenizer.decode(Arrays.copyOfRange(ids, at + 1, next))));
      at = next;
    }
    return parts;
  }

  /** The tool with its first argument, then the others. */
  private Optional<Call> call(List<Part> parts) {
    ToolSpec spec = parts.isEmpty() ? null : tokens.tools().get(parts.getFirst().special);
    if (spec == null || parts.size() > Math.max(1, spec.parameters().size())) {
      return Optional.empty();
    }
    SequencedMap<String, String> arguments = new LinkedHashMap<>();
    boolean none = parts.size() == 1 && parts.getFirst().text.isEmpty();
    for (int i = 0; i < parts.size() && !none; i++) {
      if (i == spec.parameters().size() || (i > 0 && parts.get(i).special != tokens.arg())) {
        return Optional.empty();
      }
      arguments.put(spec.parameters().get(i).name(), parts.get(i).text);
    }
    return Optional.of(new Call(spec.name(), arguments));
  }
}
