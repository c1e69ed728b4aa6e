package io.jgpt;

import io.jgpt.model.Activation;
import io.jgpt.model.GenerationConfig;
import io.jgpt.model.Gpt2Config;
import io.jgpt.testing.FakeEngine;
import io.jgpt.tokenizer.Tokenizer;
import io.jgpt.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Models of {@link FakeEngine}s, with the tokenizer of a golden file or without. */
final class FakeModel {

  /** 504 tokens, of which 0 is end-of-text. */
  static final Tokenizer TOKENIZER =
      Tokenizers.open(Path.of("src/test/resources/golden/tokenizers/bpe"));

  static final int V = 504;
  static final int CONTEXT = 200;
  static final int END_OF_TEXT = 0;

  private FakeModel() {}

  static FakeEngine engine() {
    return new FakeEngine(V, CONTEXT, 64);
  }

  static LanguageModel with(FakeEngine engine) {
    return with(engine, Optional.of(TOKENIZER), List.of(END_OF_TEXT));
  }

  static LanguageModel with(
      FakeEngine engine, Optional<Tokenizer> tokenizer, List<Integer> endOfText) {
    var config =
        new Gpt2Config(
            engine.vocabSize(),
            engine.contextLength(),
            2,
            1,
            1,
            8,
            Activation.GELU_TANH,
            1e-5f,
            true,
            false,
            false,
            true,
            OptionalInt.empty(),
            endOfText);
    var info =
        new ModelInfo(
            "fake",
            config,
            GenerationConfig.none(endOfText),
            engine.info(),
            engine.contextLength(),
            Duration.ZERO);
    return new LanguageModel(info, tokenizer, engine, () -> {});
  }
}
