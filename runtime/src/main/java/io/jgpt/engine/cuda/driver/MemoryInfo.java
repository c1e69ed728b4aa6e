package io.jgpt.engine.cuda.driver;

/** A device's memory, in bytes, at one moment. */
public record MemoryInfo(long freeBytes, long totalBytes) {}
