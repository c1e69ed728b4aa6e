package io.jgpt;

import io.jgpt.error.JgptException;
import java.util.Optional;

/**
 * A GPU.
 *
 * @param device as the options spell it: {@code cuda:0}
 * @param name as {@code NVIDIA H200}
 * @param computeCapability as {@code 9.0}
 * @param multiprocessors SMs
 * @param memoryBytes in all
 * @param freeBytes that a program could have now; 0 if the GPU lets nobody in
 * @param problem why it cannot be used
 */
public record Gpu(
    String device,
    String name,
    String computeCapability,
    int multiprocessors,
    long memoryBytes,
    long freeBytes,
    Optional<JgptException> problem) {}
