package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.LanguageModel;
import io.jgpt.Logprobs;
import io.jgpt.ModelInfo;
import io.jgpt.Timings;
import io.jgpt.Token;
import io.jgpt.engine.EngineInfo;
import io.jgpt.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What {@code generate} tells of its completions: as JSON, and as statistics. */
final class CompletionReport {

  private final ModelInfo info;
  private final Tokenizer tokenizer;
  private final long seed;
  private final List<Completion> completions;

  CompletionReport(LanguageModel model, long seed, List<Completion> completions) {
    this.info = model.info();
    this.tokenizer = model.tokenizer().orElseThrow();
    this.seed = seed;
    this.completions = List.copyOf(completions);
  }

  /** The fields of the JSON object: of one completion flat, of several as an array. */
  void write(JsonGenerator json) throws IOException {
    model(json, info);
    json.writeNumberField("seed", seed);
    if (completions.size() == 1) {
      completion(json, completions.getFirst());
      return;
    }
    json.writeArrayFieldStart("completions");
    for (Completion completion : completions) {
      json.writeStartObject();
      completion(json, completion);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** What every JSON answer of a running model begins with. */
  static void model(JsonGenerator json, ModelInfo info) throws IOException {
    json.writeStringField("model", info.name());
    json.writeStringField("device", info.engine().device());
    json.writeStringField("device_name", info.engine().description());
    json.writeStringField("dtype", dtype(info.engine()));
  }

  static String dtype(EngineInfo engine) {
    return engine.dtype().name().toLowerCase(Locale.ROOT);
  }

  private void completion(JsonGenerator json, Completion completion) throws IOException {
    json.writeNumberField("prompt_tokens", completion.usage().prompt());
    json.writeNumberField("completion_tokens", completion.usage().completion());
    json.writeArrayFieldStart("token_ids");
    for (int id : completion.ids()) {
      json.writeNumber(id);
    }
    json.writeEndArray();
    json.writeStringField("text", completion.text());
    json.writeStringField(
        "finish_reason", completion.finishReason().name().toLowerCase(Locale.ROOT));
    if (completion.tokens().stream().anyMatch(token -> token.logprobs().isPresent())) {
      logprobs(json, completion.tokens());
    }
    timings(json, completion.timings());
  }

  private void logprobs(JsonGenerator json, List<Token> tokens) throws IOException {
    json.writeArrayFieldStart("logprobs");
    for (Token token : tokens) {
      Logprobs logprobs = token.logprobs().orElseThrow();
      json.writeStartObject();
      probability(json, token.id(), logprobs.logprob());
      json.writeArrayFieldStart("top");
      for (Logprobs.Candidate candidate : logprobs.top()) {
        json.writeStartObject();
        probability(json, candidate.id(), candidate.logprob());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void probability(JsonGenerator json, int id, double logprob) throws IOException {
    json.writeNumberField("id", id);
    json.writeStringField("token", new String(tokenizer.bytes(id), StandardCharsets.UTF_8));
    Json.measured(json, "logprob", logprob);
  }

  private void timings(JsonGenerator json, Timings timings) throws IOException {
    json.writeObjectFieldStart("timings");
    Json.measured(json, "load_ms", info.loadTime().toNanos() / 1e6);
    Json.measured(json, "first_token_ms", timings.firstTokenMs());
    Json.measured(json, "prefill_ms", timings.prefillMs());
    Json.measured(json, "prefill_tokens_per_s", timings.prefillTokensPerSecond());
    Json.measured(json, "decode_ms", timings.decodeMs());
    Json.measured(json, "decode_tokens_per_s", timings.decodeTokensPerSecond());
    json.writeEndObject();
  }

  /** The statistics in lines for people, the last completion's speed for all. */
  String statistics(Messages messages) {
    EngineInfo engine = info.engine();
    var text = new StringBuilder();
    text.append(
        messages.text(
            "stats.model",
            info.name(),
            engine.description(),
            dtype(engine),
            info.loadTime().toMillis(),
            seed));
    for (Completion completion : completions) {
      Timings timings = completion.timings();
      text.append(
          messages.text(
              "stats.prompt",
              completion.usage().prompt(),
              completion.usage().truncated(),
              timings.prefillMs(),
              rate(timings.prefillTokensPerSecond())));
      text.append(
          messages.text(
              "stats.completion",
              completion.usage().completion(),
              messages.text("finish." + completion.finishReason().name().toLowerCase(Locale.ROOT)),
              timings.firstTokenMs(),
              timings.decodeMs(),
              rate(timings.decodeTokensPerSecond())));
    }
    return text.toString();
  }

  private static String rate(OptionalDouble rate) {
    return rate.isPresent() ? String.format(Locale.ROOT, "%.1f", rate.getAsDouble()) : "-";
  }
}
