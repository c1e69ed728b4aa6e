package io.jgpt.agent.tool;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of one call, in the order of the tool's parameters. Every required one is there,
 * none is unknown, too long or, where the kind is one line, of several.
 */
public final class Arguments {

  private final Map<String, String> values;

  private Arguments(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /**
   * Arguments by position, as in the model's text.
   *
   * @throws ToolException if they do not fit the tool's parameters
   */
  public static Arguments of(ToolSpec spec, List<String> values) throws ToolException {
    List<Parameter> parameters = spec.parameters();
    if (values.size() > parameters.size()) {
      throw new ToolException(
          spec.name() + " takes at most " + parameters.size() + " arguments, not " + values.size());
    }
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      named.put(parameters.get(i).name(), values.get(i));
    }
    return of(spec, named);
  }

  /**
   * Arguments by name, as in JSON.
   *
   * @throws ToolException if they do not fit the tool's parameters
   */
  public static Arguments of(ToolSpec spec, Map<String, String> values) throws ToolException {
    Map<String, String> ordered = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      String value = values.get(parameter.name());
      if (value != null) {
        ordered.put(parameter.name(), checked(spec, parameter, value));
      } else if (parameter.required()) {
        throw new ToolException(spec.name() + " needs " + parameter.name());
      }
    }
    for (String name : values.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new ToolException(spec.name() + " takes no " + name);
      }
    }
    return new Arguments(ordered);
  }

  private static String checked(ToolSpec spec, Parameter parameter, String value)
      throws ToolException {
    String what = spec.name() + ": " + parameter.name();
    if (value.length() > parameter.kind().longest()) {
      throw new ToolException(
          what + " has " + value.length() + " characters, at most " + parameter.kind().longest());
    }
    boolean lines = parameter.kind() == Parameter.Kind.TEXT;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c) && !(lines && (c == '\n' || c == '\t'))) {
        throw new ToolException(what + " has a control character");
      }
    }
    if (!lines && value.isBlank()) {
      throw new ToolException(what + " is empty");
    }
    return value;
  }

  /** A required argument. */
  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no argument " + name);
    }
    return value;
  }

  /** An argument that may be left out. */
  public Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** All of them by name, in the order of the parameters. */
  public Map<String, String> all() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Arguments that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
