package io.jgpt.agent;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A policy as a user writes it. The first rule that fits a call decides; where none does, {@link
 * Policy#USUAL}.
 *
 * <pre>
 * {"rules": [
 *   {"tool": "write", "target": "reports/*", "decision": "allow"},
 *   {"effect": "writes", "decision": "deny", "reason": "reports only"}]}
 * </pre>
 *
 * A rule with a {@code target} fits if every path, command or address of the call does: {@code *}
 * stands for anything but a slash, {@code **} for anything. A path that goes up ({@code ..}) fits
 * no target, since it could lead anywhere.
 *
 * <p>The sections {@code shell}, {@code fetch} and {@code mcp} turn on {@link OptionalTools}.
 */
public final class PolicyFile implements Policy {

  private static final String RULES = "rules";

  private record Rule(
      Optional<String> tool, Optional<Effect> effect, Optional<Glob> target, Decision decision) {

    boolean fits(ToolSpec spec, Call call) {
      return tool.map(spec.name()::equals).orElse(true)
          && effect.map(spec.effect()::equals).orElse(true)
          && target.map(pattern -> fits(pattern, spec, call)).orElse(true);
    }

    private static boolean fits(Glob target, ToolSpec spec, Call call) {
      boolean any = false;
      for (Parameter parameter : spec.parameters()) {
        String value = call.arguments().get(parameter.name());
        if (value != null && parameter.kind().isSpan()) {
          boolean up =
              parameter.kind() == Parameter.Kind.PATH
                  && List.of(value.split("/", -1)).contains("..");
          if (up || !target.matches(value)) {
            return false;
          }
          any = true;
        }
      }
      return any;
    }
  }

  private final List<Rule> rules;
  private final OptionalTools tools;
  private final Policy otherwise;

  private PolicyFile(List<Rule> rules, OptionalTools tools, Policy otherwise) {
    this.rules = List.copyOf(rules);
    this.tools = tools;
    this.otherwise = otherwise;
  }

  /**
   * Reads a policy. What it does not know is an error: a rule that is not obeyed is no protection.
   *
   * @throws JsonException if it is none
   */
  public static PolicyFile read(String text) throws JsonException {
    JsonValue.Members policy = JsonText.read(text).asObject();
    List<String> known = new ArrayList<>(List.of(RULES));
    known.addAll(OptionalTools.SECTIONS);
    policy.requireOnly("a policy", known.toArray(String[]::new));
    return new PolicyFile(rules(policy), OptionalTools.read(policy), Policy.USUAL);
  }

  /**
   * As {@link #read}, of a policy that is part of another file. That file may be somebody else's:
   * it decides about the tools that there are, and turns none on.
   *
   * @throws JsonException if it is none
   */
  public static PolicyFile of(JsonValue.Members policy) throws JsonException {
    policy.requireOnly("a policy", RULES);
    return new PolicyFile(rules(policy), OptionalTools.NONE, Policy.USUAL);
  }

  /** The same rules, and where none fits, another policy in place of {@link Policy#USUAL}. */
  public PolicyFile otherwise(Policy policy) {
    return new PolicyFile(rules, tools, policy);
  }

  /** The tools that the policy turns on. */
  public OptionalTools tools() {
    return tools;
  }

  private static List<Rule> rules(JsonValue.Members policy) throws JsonException {
    List<Rule> rules = new ArrayList<>();
    for (JsonValue rule : policy.elements(RULES)) {
      rules.add(rule(rule.asObject()));
    }
    return rules;
  }

  private static Rule rule(JsonValue.Members rule) throws JsonException {
    rule.requireOnly("a policy", "tool", "effect", "target", "decision", "reason");
    String reason = rule.optionalText("reason").orElse("");
    String word = rule.text("decision");
    Decision decision =
        switch (word) {
          case "allow" -> new Decision.Allow(reason);
          case "ask" -> new Decision.Ask(reason);
          case "deny" -> new Decision.Deny(reason);
          default -> throw new JsonException("no decision \"" + word + "\"; allow, ask or deny");
        };
    Optional<String> effect = rule.optionalText("effect");
    return new Rule(
        rule.optionalText("tool"),
        effect.isPresent() ? Optional.of(effect(effect.get())) : Optional.empty(),
        rule.optionalText("target").map(Glob::new),
        decision);
  }

  private static Effect effect(String word) throws JsonException {
    for (Effect effect : Effect.values()) {
      if (effect.name().toLowerCase(Locale.ROOT).equals(word)) {
        return effect;
      }
    }
    throw new JsonException("no effect \"" + word + "\"");
  }

  @Override
  public Decision check(ToolSpec spec, Call call) {
    for (Rule rule : rules) {
      if (rule.fits(spec, call)) {
        return rule.decision;
      }
    }
    return otherwise.check(spec, call);
  }
}
