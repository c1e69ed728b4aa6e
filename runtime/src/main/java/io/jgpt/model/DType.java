package io.jgpt.model;

/** Element type of a tensor as stored or computed with. */
public enum DType {
  F32(4),
  F16(2),
  BF16(2),
  /**
   * Signed bytes with one float32 scale per output channel. Never read from a file: made from the
   * other types.
   */
  INT8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
