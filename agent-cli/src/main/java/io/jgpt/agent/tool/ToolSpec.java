package io.jgpt.agent.tool;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a planner knows of a tool.
 *
 * @param name letters, digits, underscores and hyphens
 * @param description one line in English
 * @param parameters in the order of the model's text; optional ones come last
 * @param effect what it does beyond computing
 */
public record ToolSpec(String name, String description, List<Parameter> parameters, Effect effect) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  /** Checks that a call can be told from its arguments' order. */
  public ToolSpec {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("tool name: " + name);
    }
    Objects.requireNonNull(description);
    Objects.requireNonNull(effect);
    parameters = List.copyOf(parameters);
    Set<String> names = new HashSet<>();
    boolean optional = false;
    for (Parameter parameter : parameters) {
      if (!names.add(parameter.name())) {
        throw new IllegalArgumentException(name + " has two parameters " + parameter.name());
      }
      if (optional && parameter.required()) {
        throw new IllegalArgumentException(name + ": required after optional: " + parameter.name());
      }
      optional |= !parameter.required();
    }
  }

  /** How many arguments a call has at least. */
  public int required() {
    return (int) parameters.stream().filter(Parameter::required).count();
  }
}
