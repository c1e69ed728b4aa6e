package io.jgpt.engine.cpu;

/** What the native operators are compiled for; the numbers are those of {@code jgpt_isa}. */
enum InstructionSet {
  AVX2(1, "AVX2"),
  AVX2_VNNI(2, "AVX2, VNNI"),
  AVX512(3, "AVX-512"),
  AVX512_VNNI(4, "AVX-512, VNNI"),
  AVX512_BF16(5, "AVX-512, VNNI, BF16");

  /** The best that there is. */
  static final InstructionSet BEST = AVX512_BF16;

  private final int code;
  private final String label;

  InstructionSet(int code, String label) {
    this.code = code;
    this.label = label;
  }

  int code() {
    return code;
  }

  /** For people. */
  String label() {
    return label;
  }

  /** The set of that number, 1 to 5. */
  static InstructionSet of(int code) {
    return values()[code - 1];
  }
}
