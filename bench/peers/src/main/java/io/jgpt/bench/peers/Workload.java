package io.jgpt.bench.peers;

import io.jgpt.model.DType;
import java.util.List;

/**
 * What is timed, always for one sequence.
 *
 * @param kind what is done
 * @param depth tokens that stand before
 * @param tokens that are decoded, or that the prompt has
 * @param runs in each round
 */
record Workload(Kind kind, int depth, int tokens, int runs) {

  /** What can be timed. */
  enum Kind {
    /** One token after the other. */
    DECODE,
    /** A prompt read at once, up to the first token after it. */
    PREFILL
  }

  /** As the design states its floors: contexts of 16 and about 1000 tokens, a prompt of 1024. */
  static final List<Workload> GPU =
      List.of(decode(16, 64, 5), decode(1000, 24, 5), prefill(1024, 5));

  /** As {@code docs/benchmarks/cpu.md} has it. */
  static final List<Workload> CPU = List.of(decode(1, 64, 3), prefill(512, 3));

  /** To see that everything runs. */
  static final List<Workload> SMOKE = List.of(decode(16, 4, 1), decode(100, 4, 1), prefill(64, 1));

  private static Workload decode(int depth, int tokens, int runs) {
    return new Workload(Kind.DECODE, depth, tokens, runs);
  }

  private static Workload prefill(int tokens, int runs) {
    return new Workload(Kind.PREFILL, 0, tokens, runs);
  }

  String title() {
    return switch (kind) {
      case DECODE -> "decode after " + depth;
      case PREFILL -> "prefill " + tokens;
    };
  }

  /**
   * Tokens per second that the hardware allows at the most: decoding reads its bytes once, prefill
   * does its operations once. NaN where the roof is not known.
   */
  double roof(Shape shape, DType dtype, Roofs roofs) {
    return switch (kind) {
      case DECODE ->
          roofs.bytesPerSecond() / shape.decodeBytes(dtype.bytes(), depth + tokens / 2.0);
      case PREFILL -> tokens * roofs.flops(dtype) / shape.prefillFlops(tokens);
    };
  }
}
