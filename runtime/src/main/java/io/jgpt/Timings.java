package io.jgpt;

import java.util.OptionalDouble;

/**
 * Wall-clock times of a generation. A time is 0 and a rate absent where it did not come to that.
 *
 * @param firstTokenMs from the call to the first token, waiting for others included
 * @param prefillMs from the start of the prompt's first step to the first token
 * @param decodeMs from the first token to the last
 * @param prefillTokens tokens of the prompt that were computed, not reused
 * @param decodeTokens tokens generated after the first
 */
public record Timings(
    double firstTokenMs, double prefillMs, double decodeMs, int prefillTokens, int decodeTokens) {

  public OptionalDouble prefillTokensPerSecond() {
    return rate(prefillTokens, prefillMs);
  }

  public OptionalDouble decodeTokensPerSecond() {
    return rate(decodeTokens, decodeMs);
  }

  private static OptionalDouble rate(int tokens, double ms) {
    return tokens > 0 && ms > 0 ? OptionalDouble.of(1000 * tokens / ms) : OptionalDouble.empty();
  }
}
