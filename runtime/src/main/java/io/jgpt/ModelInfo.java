package io.jgpt;

import io.jgpt.engine.EngineInfo;
import io.jgpt.model.GenerationConfig;
import io.jgpt.model.Gpt2Config;
import java.time.Duration;

/**
 * An open model.
 *
 * @param name of its directory
 * @param config what the model is made of
 * @param generationConfig what its makers recommend for sampling, and its end-of-text tokens
 * @param engine what it runs on
 * @param contextLength most tokens of prompt and completion together
 * @param loadTime from the call of {@link LanguageModel#open} to its return
 */
public record ModelInfo(
    String name,
    Gpt2Config config,
    GenerationConfig generationConfig,
    EngineInfo engine,
    int contextLength,
    Duration loadTime) {}
