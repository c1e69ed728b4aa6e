package io.jgpt.agent;

import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the names in an action come from. A target (a path, a command, an address) is taken from
 * what the user said or from what a tool computed, never from the content of a file or a page: so
 * no file can name one.
 */
public final class Provenance {

  /** With these a file's author could do harm; a wrong number or unit is only wrong. */
  private static final Set<Parameter.Kind> TARGETS =
      Set.of(Parameter.Kind.PATH, Parameter.Kind.COMMAND, Parameter.Kind.URL, Parameter.Kind.VALUE);

  private Provenance() {}

  /** The texts that names may be taken from: the goal, then what tools say themselves, in order. */
  public static List<String> sources(AgentState state, Toolbox tools) {
    List<String> sources = new ArrayList<>();
    sources.add(state.goal());
    Map<String, Call> calls = new HashMap<>();
    for (Event event : state.events()) {
      if (event instanceof Action action) {
        calls.put(action.id(), action.call());
      } else if (event instanceof Observation observation
          && !observation.failed()) { // an error may quote anything
        tools
            .find(calls.get(observation.id()).tool())
            .ifPresent(tool -> sources.addAll(tool.sources(observation.text())));
      }
    }
    return List.copyOf(sources);
  }

  /** The first target of a call that nobody named, if there is one. */
  static Optional<String> unnamedTarget(ToolSpec spec, Call call, List<String> sources) {
    for (Parameter parameter : spec.parameters()) {
      String value = call.arguments().get(parameter.name());
      if (value != null
          && TARGETS.contains(parameter.kind())
          && !isNamed(value, parameter.kind(), sources)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** Each name of a path by itself: it may be a folder of the goal with a file listed in it. */
  private static boolean isNamed(String value, Parameter.Kind kind, List<String> sources) {
    List<Mentions> mentions = sources.stream().map(text -> new Mentions(text, kind)).toList();
    return (kind == Parameter.Kind.PATH ? Arrays.stream(value.split("/", -1)) : Stream.of(value))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .allMatch(name -> mentions.stream().anyMatch(text -> text.contain(name)));
  }
}
