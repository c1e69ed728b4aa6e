package io.jgpt.engine;

import io.jgpt.model.DType;

/**
 * What an engine is, for people and statistics.
 *
 * @param device as the options spell it: {@code cpu}, {@code cuda:0}
 * @param description for people: {@code CPU, AVX-512, 2 threads}
 * @param dtype of the weights as computed with
 * @param threads threads of the engine, 0 where the notion has no meaning
 * @param weightBytes bytes of all weights as held
 * @param decodeBytes bytes of weights read to decode one token at batch 1 (embedding tables count
 *     by the row)
 * @param kvBytesPerToken bytes of keys and values per token of a sequence
 */
public record EngineInfo(
    String device,
    String description,
    DType dtype,
    int threads,
    long weightBytes,
    long decodeBytes,
    long kvBytesPerToken) {}
