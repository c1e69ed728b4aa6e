package io.jgpt.agent;

import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What "always" covers: one tool in one workspace on exactly the same target. The target are the
 * arguments that name something (a path, a command, an address) or choose how, letter by letter;
 * what is written there or looked for may be another each time.
 *
 * @param workspace its absolute path
 * @param target by name
 */
public record Scope(String workspace, String tool, SequencedMap<String, String> target) {

  /** Copies the target. */
  public Scope {
    target = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(target));
  }

  /** The scope of a call. */
  public static Scope of(String workspace, ToolSpec spec, Call call) {
    SequencedMap<String, String> target = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      String value = call.arguments().get(parameter.name());
      if (value != null && parameter.kind().narrowsScope()) {
        target.put(parameter.name(), value);
      }
    }
    return new Scope(workspace, spec.name(), target);
  }
}
