package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What transformers makes of a model, in its {@code golden.json}; {@code scripts/golden/README.md}
 * describes the file.
 */
record GoldenOutputs(List<Prompt> prompts) {

  /**
   * A prompt and what must come of it in f32.
   *
   * @param continuation the most probable ids
   * @param logits after the prompt's last token, some of them by id
   * @param maxLogit the largest magnitude of all logits there
   */
  record Prompt(
      String text,
      List<Integer> ids,
      List<Integer> continuation,
      Map<Integer, Double> logits,
      double maxLogit) {

    /** The field that cannot be compared with a model of {@code vocabSize} tokens, or empty. */
    private String flaw(int vocabSize) {
      if (!inVocabulary(ids, vocabSize)) {
        return "ids: " + ids;
      }
      if (!inVocabulary(continuation, vocabSize)) {
        return "continuation: " + continuation;
      }
      if (!inVocabulary(logits.keySet(), vocabSize)) {
        return "logits: " + logits.keySet();
      }
      return maxLogit > 0 && Double.isFinite(maxLogit) ? "" : "max_logit: " + maxLogit;
    }

    private static boolean inVocabulary(Collection<Integer> ids, int vocabSize) {
      return !ids.isEmpty() && ids.stream().allMatch(id -> id >= 0 && id < vocabSize);
    }
  }

  GoldenOutputs {
    prompts = List.copyOf(prompts);
  }

  /**
   * Reads a file.
   *
   * @param vocabSize V of the model it belongs to
   * @throws CliException if the model has none, or one that says nothing of this model
   */
  static GoldenOutputs read(Path file, int vocabSize) {
    if (!Files.isRegularFile(file)) {
      throw new CliException(null, ExitCode.MODEL, "error.golden.missing", file, ModelName.USUAL);
    }
    List<Prompt> prompts = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean here = json.currentName().equals("prompts");
        json.nextToken();
        if (here) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            prompts.add(prompt(json));
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new CliException(e, ExitCode.MODEL, "error.golden.damaged", file, e.getMessage());
    }
    if (prompts.isEmpty()) {
      throw new CliException(null, ExitCode.MODEL, "error.golden.damaged", file, "prompts: []");
    }
    for (Prompt prompt : prompts) {
      String flaw = prompt.flaw(vocabSize);
      if (!flaw.isEmpty()) {
        throw new CliException(null, ExitCode.MODEL, "error.golden.damaged", file, flaw);
      }
    }
    return new GoldenOutputs(prompts);
  }

  private static Prompt prompt(JsonParser json) throws IOException {
    String text = "";
    List<Integer> ids = List.of();
    List<Integer> continuation = List.of();
    Map<Integer, Double> logits = new HashMap<>();
    double maxLogit = Double.NaN;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "text" -> text = json.getText();
        case "ids" -> ids = ints(json);
        case "continuation" -> continuation = ints(json);
        case "max_logit" -> maxLogit = json.getDoubleValue();
        case "logits" -> {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            int id = Integer.parseInt(json.currentName());
            json.nextToken();
            logits.put(id, json.getDoubleValue());
          }
        }
        default -> json.skipChildren();
      }
    }
    return new Prompt(text, ids, continuation, Map.copyOf(logits), maxLogit);
  }

  private static List<Integer> ints(JsonParser json) throws IOException {
    List<Integer> ints = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      ints.add(json.getIntValue());
    }
    return List.copyOf(ints);
  }
}
