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
import java.util.Set;
import java.util.regex.Pattern;

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
 */
public final class PolicyFile implements Policy {

  private static final Set<String> MEMBERS =
      Set.of("tool", "effect", "target", "decision", "reason");

  private record Rule(
      Optional<String> tool, Optional<Effect> effect, Optional<Pattern> target, Decision decision) {

    boolean fits(ToolSpec spec, Call call) {
      return tool.map(spec.name()::equals).orElse(true)
          && effect.map(spec.effect()::equals).orElse(true)
          && target.map(pattern -> fits(pattern, spec, call)).orElse(true);
    }

    private static boolean fits(Pattern target, ToolSpec spec, Call call) {
      boolean any = false;
      for (Parameter parameter : spec.parameters()) {
        String value = call.arguments().get(parameter.name());
        if (value != null && parameter.kind().isSpan()) {
          boolean up =
              parameter.kind() == Parameter.Kind.PATH
                  && List.of(value.split("/", -1)).contains("..");
          if (up || !target.matcher(value).matches()) {
            return false;
          }
          any = true;
        }
      }
      return any;
    }
  }

  private final List<Rule> rules;
  private final Policy otherwise;

  private PolicyFile(List<Rule> rules, Policy otherwise) {
    this.rules = List.copyOf(rules);
    this.otherwise = otherwise;
  }

  /**
   * Reads a policy. What it does not know is an error: a rule that is not obeyed is no protection.
   *
   * @throws JsonException if it is none
   */
  public static PolicyFile read(String text) throws JsonException {
    return of(JsonText.read(text).asObject());
  }

  /**
   * As {@link #read}, of a policy that is part of another file.
   *
   * @throws JsonException if it is none
   */
  public static PolicyFile of(JsonValue.Members policy) throws JsonException {
    requireKnown(policy, Set.of("rules"));
    List<Rule> rules = new ArrayList<>();
    for (JsonValue rule : policy.elements("rules")) {
      rules.add(rule(rule.asObject()));
    }
    return new PolicyFile(rules, Policy.USUAL);
  }

  /** The same rules, and where none fits, another policy in place of {@link Policy#USUAL}. */
  public PolicyFile otherwise(Policy policy) {
    return new PolicyFile(rules, policy);
  }

  private static Rule rule(JsonValue.Members rule) throws JsonException {
    requireKnown(rule, MEMBERS);
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
        rule.optionalText("target").map(PolicyFile::pattern),
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

  private static void requireKnown(JsonValue.Members object, Set<String> known)
      throws JsonException {
    for (String name : object.members().keySet()) {
      if (!known.contains(name)) {
        throw new JsonException("no member \"" + name + "\" in a policy");
      }
    }
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      if (glob.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (glob.charAt(i) == '*') {
        regex.append("[^/]*");
      } else {
        regex.append(Pattern.quote(glob.substring(i, i + 1)));
      }
    }
    return Pattern.compile(regex.toString());
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
