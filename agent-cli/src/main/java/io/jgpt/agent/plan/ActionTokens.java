package io.jgpt.agent.plan;

import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * The special tokens of a model that was trained to act.
 *
 * @param tools by the ids of their tokens, those alone that the model has one for; not {@code
 *     finish}, which has a place of its own
 */
record ActionTokens(
    int goal,
    int think,
    int act,
    int arg,
    int obs,
    int end,
    int finish,
    SequencedMap<Integer, ToolSpec> tools) {

  static final String FINISH = "finish";

  private static final List<String> PARTS =
      List.of("goal", "think", "act", "arg", "obs", "end", FINISH);

  /**
   * The tokens of a model that {@link #missing} finds nothing of.
   *
   * @param specs the tools that there are
   */
  static ActionTokens of(Tokenizer tokenizer, List<ToolSpec> specs) {
    List<Integer> ids = PARTS.stream().map(part -> id(tokenizer, part).orElseThrow()).toList();
    SequencedMap<Integer, ToolSpec> tools = new LinkedHashMap<>();
    for (ToolSpec spec : specs) {
      OptionalInt id = id(tokenizer, spec.name());
      if (id.isPresent() && !spec.name().equals(FINISH)) {
        tools.put(id.getAsInt(), spec);
      }
    }
    return new ActionTokens(
        ids.get(0), ids.get(1), ids.get(2), ids.get(3), ids.get(4), ids.get(5), ids.get(6), tools);
  }

  /** The tokens without which a model cannot act, as its vocabulary would spell them. */
  static List<String> missing(Optional<Tokenizer> tokenizer) {
    return PARTS.stream()
        .filter(part -> tokenizer.isEmpty() || id(tokenizer.get(), part).isEmpty())
        .map(ActionTokens::spelled)
        .toList();
  }

  private static OptionalInt id(Tokenizer tokenizer, String name) {
    OptionalInt id = tokenizer.idOf(spelled(name));
    return id.isPresent() && tokenizer.isSpecial(id.getAsInt()) ? id : OptionalInt.empty();
  }

  private static String spelled(String name) {
    return "<|" + name + "|>";
  }

  /** The token of a tool, if the model has one for it. */
  OptionalInt tool(String name) {
    return tools.entrySet().stream()
        .filter(tool -> tool.getValue().name().equals(name))
        .mapToInt(Map.Entry::getKey)
        .findFirst();
  }
}
