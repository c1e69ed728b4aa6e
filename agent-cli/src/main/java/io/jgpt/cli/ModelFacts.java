package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.cli.terminal.TextTable;
import io.jgpt.error.ModelException;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.ModelDirectory;
import io.jgpt.model.ModelLocator;
import io.jgpt.tokenizer.Tokenizers;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * What a list tells of a model.
 *
 * @param shape empty if the model cannot be opened
 * @param problem why not
 */
record ModelFacts(ModelLocator.Found found, Optional<Shape> shape, Optional<String> problem) {

  /** Of a model that can be opened. */
  record Shape(Gpt2Config config, String dtype, boolean tokenizer) {}

  /** Opens the model, which reads no weights. */
  static ModelFacts of(ModelLocator.Found found, Locale locale) {
    try (ModelDirectory directory = ModelDirectory.open(found.directory())) {
      String dtype = directory.weights().storedDType().name().toLowerCase(Locale.ROOT);
      boolean tokenizer = Tokenizers.find(found.directory()).isPresent();
      var shape = new Shape(directory.config(), dtype, tokenizer);
      return new ModelFacts(found, Optional.of(shape), Optional.empty());
    } catch (ModelException e) {
      return new ModelFacts(found, Optional.empty(), Optional.of(e.message(locale)));
    }
  }

  /** Weights and biases of the whole model, a tied head counted once. */
  static long parameters(Gpt2Config config) {
    long c = config.nEmbd();
    long attention = c * 3 * c + 3 * c + c * c + c;
    long ffn = c * config.nInner() + config.nInner() + config.nInner() * c + c;
    long block = attention + ffn + 4 * c;
    long embeddings = (config.vocabSize() + (long) config.nPositions()) * c;
    long head = config.tieWordEmbeddings() ? 0 : config.vocabSize() * c;
    return embeddings + config.nLayer() * block + 2 * c + head;
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStringField("name", found.name());
    json.writeStringField("path", found.directory().toAbsolutePath().toString());
    json.writeBooleanField("bundled", found.bundled());
    if (shape.isPresent()) {
      Gpt2Config config = shape.get().config();
      json.writeNumberField("parameters", parameters(config));
      json.writeStringField("dtype", shape.get().dtype());
      json.writeNumberField("context", config.nPositions());
      json.writeNumberField("vocab_size", config.vocabSize());
      json.writeBooleanField("tokenizer", shape.get().tokenizer());
    }
    if (problem.isPresent()) {
      json.writeStringField("error", problem.get());
    }
  }

  void row(TextTable table, Messages messages) {
    String place = found.bundled() ? messages.text("models.bundled") : found.directory().toString();
    if (shape.isEmpty()) {
      table.row(found.name(), "-", "-", "-", "-", problem.orElse(place));
      return;
    }
    Gpt2Config config = shape.get().config();
    table.row(
        found.name(),
        rounded(parameters(config)),
        shape.get().dtype(),
        config.nPositions(),
        config.vocabSize(),
        shape.get().tokenizer() ? place : place + messages.text("models.untokenized"));
  }

  /** As people call models: {@code 124M}. */
  static String rounded(long count) {
    if (count >= 999_500_000) {
      return String.format(Locale.ROOT, "%.1fB", count / 1e9);
    }
    return count >= 999_500
        ? String.format(Locale.ROOT, count >= 9_950_000 ? "%.0fM" : "%.1fM", count / 1e6)
        : String.format(Locale.ROOT, "%.0fK", count / 1e3);
  }
}
