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
import io.jgpt.sampling.grammar.Grammar;
import io.jgpt.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
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
 * Without the line ends. What stands in brackets is a special token each, which no text can spell.
 * Immutable.
 */
public final class ActionFormat {

  /** Longest thought, in characters; the grammar ends it in time. */
  private static final int LONGEST_THOUGHT = 200;

  private static final String FINISH = "finish";

  private final Tokenizer tokenizer;
  private final List<ToolSpec> tools;
  private final Map<String, Integer> special = new LinkedHashMap<>();

  private ActionFormat(Tokenizer tokenizer, List<ToolSpec> tools) {
    this.tokenizer = tokenizer;
    this.tools = tools;
  }

  /**
   * The format in a model's tokens; nothing if the model has no tokens for it.
   *
   * @param specs the tools that there are; those that the model has no token for are left out
   */
  public static Optional<ActionFormat> of(Tokenizer tokenizer, List<ToolSpec> specs) {
    List<ToolSpec> known =
        specs.stream()
            .filter(spec -> !spec.name().equals(FINISH))
            .filter(spec -> id(tokenizer, spec.name()).isPresent())
            .toList();
    var format = new ActionFormat(tokenizer, known);
    List<String> names = new ArrayList<>(List.of("goal", "think", "act", "arg", "obs", "end"));
    names.add(FINISH);
    known.forEach(spec -> names.add(spec.name()));
    for (String name : names) {
      OptionalInt id = id(tokenizer, name);
      if (id.isEmpty()) {
        return Optional.empty();
      }
      format.special.put(name, id.getAsInt());
    }
    return Optional.of(format);
  }

  private static OptionalInt id(Tokenizer tokenizer, String name) {
    OptionalInt id = tokenizer.idOf("<|" + name + "|>");
    return id.isPresent() && tokenizer.isSpecial(id.getAsInt()) ? id : OptionalInt.empty();
  }

  /**
   * A run as the model reads it. Where it is too long, the goal and the newest items stay, each of
   * them whole.
   *
   * @param most tokens; the goal is kept even if it alone has more
   */
  public int[] prompt(AgentState state, int most) {
    int[] goal = item("goal", List.of(state.goal()));
    List<int[]> items = new ArrayList<>();
    for (Event event : state.events()) {
      switch (event) {
        case Thought thought -> items.add(item("think", List.of(thought.text())));
        case Action action -> items.add(action(action.call()));
        case Observation observation -> items.add(item("obs", List.of(observation.text())));
        case Answer answer -> items.add(item(FINISH, List.of(answer.text())));
        default -> {} // the model knows the goal and what was done for it
      }
    }
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

  private int[] item(String kind, List<String> texts) {
    IntStream ids = IntStream.of(special.get(kind));
    for (int i = 0; i < texts.size(); i++) {
      ids = i == 0 ? ids : IntStream.concat(ids, IntStream.of(special.get("arg")));
      ids = IntStream.concat(ids, Arrays.stream(tokenizer.encode(texts.get(i))));
    }
    return IntStream.concat(ids, IntStream.of(special.get("end"))).toArray();
  }

  private int[] action(Call call) {
    int[] body = item(call.tool(), List.copyOf(call.arguments().values()));
    return IntStream.concat(IntStream.of(special.get("act")), Arrays.stream(body)).toArray();
  }

  /**
   * What the model may write next: a thought or none, and then an action or the answer. Paths,
   * numbers, expressions, units, commands and addresses are parts of the sources.
   *
   * @param sources the goal and what tools say themselves
   */
  public Grammar grammar(List<String> sources) {
    List<Grammar> next = new ArrayList<>();
    for (ToolSpec spec : tools) {
      next.add(Grammar.sequence(special("act"), special(spec.name()), arguments(spec, sources)));
    }
    next.add(Grammar.sequence(special(FINISH), Grammar.text(1, LONGEST_THOUGHT), special("end")));
    Grammar thought =
        Grammar.sequence(special("think"), Grammar.text(1, LONGEST_THOUGHT), special("end"));
    return Grammar.sequence(Grammar.optional(thought), new Grammar.Choice(next));
  }

  /** Arguments by position: the first stands right behind the tool, optional ones are the last. */
  private Grammar arguments(ToolSpec spec, List<String> sources) {
    Grammar rest = special("end");
    for (int i = spec.parameters().size() - 1; i >= 0; i--) {
      Parameter parameter = spec.parameters().get(i);
      Grammar value =
          parameter.kind().isSpan()
              ? Grammar.span(sources)
              : Grammar.text(1, Math.min(parameter.kind().longest(), LONGEST_THOUGHT));
      Grammar given =
          i == 0 ? Grammar.sequence(value, rest) : Grammar.sequence(special("arg"), value, rest);
      rest = parameter.required() ? given : Grammar.choice(given, special("end"));
    }
    return rest;
  }

  private Grammar special(String name) {
    return Grammar.special(special.get(name));
  }

  /**
   * The proposal that a model wrote.
   *
   * @return nothing if it is none, as of a model without the grammar
   */
  public Optional<Proposal> proposal(int[] ids, int tokens) {
    String thought = "";
    int at = 0;
    if (isSpecial(ids, at, "think")) {
      int end = end(ids, at);
      if (end < 0) {
        return Optional.empty();
      }
      thought = text(ids, at + 1, end);
      at = end + 1;
    }
    int end = end(ids, at);
    if (end < 0) {
      return Optional.empty();
    }
    if (isSpecial(ids, at, FINISH)) {
      return Optional.of(new Proposal.Finish(thought, text(ids, at + 1, end), tokens));
    }
    Optional<Call> call = isSpecial(ids, at, "act") ? call(ids, at + 1, end) : Optional.empty();
    String before = thought;
    return call.map(c -> new Proposal.Act(before, List.of(c), tokens));
  }

  private Optional<Call> call(int[] ids, int at, int end) {
    for (ToolSpec spec : tools) {
      if (isSpecial(ids, at, spec.name())) {
        SequencedMap<String, String> arguments = new LinkedHashMap<>();
        int begin = at + 1;
        for (int i = begin; i <= end; i++) {
          boolean empty = begin == end; // no arguments at all
          if (!empty && (i == end || isSpecial(ids, i, "arg"))) {
            int position = arguments.size();
            if (position == spec.parameters().size()) {
              return Optional.empty();
            }
            arguments.put(spec.parameters().get(position).name(), text(ids, begin, i));
            begin = i + 1;
          }
        }
        return Optional.of(new Call(spec.name(), arguments));
      }
    }
    return Optional.empty();
  }

  private boolean isSpecial(int[] ids, int at, String name) {
    return at < ids.length && ids[at] == special.get(name);
  }

  private int end(int[] ids, int from) {
    for (int i = from; i < ids.length; i++) {
      if (isSpecial(ids, i, "end")) {
        return i;
      }
    }
    return -1;
  }

  private String text(int[] ids, int from, int to) {
    return tokenizer.decode(Arrays.copyOfRange(ids, from, to));
  }
}
