package io.jgpt.agent.eval;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The frozen sets: goals for tools, easiest first, then what needs none. */
public enum EvaluationSet {
  /** Wordings that are trained on, with values that are not. */
  VALUES,
  /** Wordings that are not trained on. */
  WORDINGS,
  /** Clauses in orders that are not trained on. */
  COMPOSITIONS,
  /** Written freely by hand, on purpose unlike what is trained on. */
  FREE,
  /** Small talk, and what no tool can do, written by hand in words that are not trained on. */
  TALK;

  /** The tasks, always the same. */
  public List<EvaluationTask> tasks() {
    String resource = name().toLowerCase(Locale.ROOT) + ".jsonl";
    try (InputStream in = EvaluationSet.class.getResourceAsStream(resource)) {
      List<EvaluationTask> tasks = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        tasks.add(EvaluationTask.of(JsonText.read(line).asObject()));
      }
      return List.copyOf(tasks);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JsonException e) {
      throw new IllegalStateException(resource, e);
    }
  }
}
