package io.jgpt.agent.log;

import io.jgpt.agent.Budget;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * What a run was begun with: enough to go on with it, and to say what a replay depends on.
 *
 * @param planner as it was chosen
 * @param model as it was asked for; empty where the planner has none
 * @param modelHash of the files of a model that runs here; empty otherwise
 * @param temperature of a model that runs here; at 0 nothing is drawn
 * @param seed of what is drawn
 * @param workspace absolute path
 * @param recipe empty without one
 */
public record RunHeader(
    String planner,
    String model,
    String modelHash,
    double temperature,
    long seed,
    String workspace,
    String recipe,
    Budget budget) {

  /** The format that is written, and the newest that is read. */
  public static final long FORMAT = 1;

  /** As it is stored. */
  public JsonValue.Members toJson() {
    return JsonValue.Members.builder()
        .put("format", FORMAT)
        .put("planner", planner)
        .put("model", model)
        .put("model_hash", modelHash)
        .put("temperature", new JsonValue.Decimal(BigDecimal.valueOf(temperature)))
        .put("seed", seed)
        .put("workspace", workspace)
        .put("recipe", recipe)
        .put(
            "budget",
            JsonValue.Members.builder()
                .put("steps", budget.steps())
                .put("tokens", budget.tokens())
                .put("bytes", budget.bytes())
                .put("seconds", budget.time().toSeconds())
                .build())
        .build();
  }

  /** The format of a header, whatever else there is in it. */
  static long format(JsonValue.Members json) throws JsonException {
    return whole(json, "format", 1, Long.MAX_VALUE);
  }

  static RunHeader read(JsonValue.Members json) throws JsonException {
    JsonValue.Members budget = json.object("budget");
    return new RunHeader(
        json.text("planner"),
        json.text("model"),
        json.text("model_hash"),
        number(json, "temperature"),
        whole(json, "seed", Long.MIN_VALUE, Long.MAX_VALUE),
        json.text("workspace"),
        json.text("recipe"),
        new Budget(
            (int) whole(budget, "steps", 1, Integer.MAX_VALUE),
            whole(budget, "tokens", 1, Long.MAX_VALUE),
            whole(budget, "bytes", 1, Long.MAX_VALUE),
            Duration.ofSeconds(whole(budget, "seconds", 1, Long.MAX_VALUE))));
  }

  private static double number(JsonValue.Members json, String name) throws JsonException {
    if (json.members().get(name) instanceof JsonValue.Decimal number) {
      return number.value().doubleValue();
    }
    throw new JsonException("\"" + name + "\" is no number");
  }

  private static long whole(JsonValue.Members json, String name, long least, long most)
      throws JsonException {
    if (json.get(name).isEmpty()) {
      throw new JsonException("\"" + name + "\" is missing");
    }
    return json.wholeWithin(name, least, most, least);
  }
}
