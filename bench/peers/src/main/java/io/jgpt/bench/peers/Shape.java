package io.jgpt.bench.peers;

import java.util.List;

/**
 * The size of a GPT-2 with tied embeddings, and what it costs at the least to run it.
 *
 * @param name as it is called in the literature
 * @param vocabulary V
 * @param positions P
 * @param channels C
 * @param layers L
 * @param heads NH
 */
public record Shape(
    String name, int vocabulary, int positions, int channels, int layers, int heads) {

  /** GPT-2's four published sizes, and one for a simulator. */
  public static final List<Shape> ALL =
      List.of(
          new Shape("tiny", 509, 192, 128, 2, 2),
          new Shape("124M", 50257, 1024, 768, 12, 12),
          new Shape("355M", 50257, 1024, 1024, 24, 16),
          new Shape("774M", 50257, 1024, 1280, 36, 20),
          new Shape("1.5B", 50257, 1024, 1600, 48, 25));

  /**
   * The shape of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Shape named(String name) {
    return ALL.stream()
        .filter(shape -> shape.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model is "
                        + name
                        + "; it must be one of "
                        + String.join(", ", ALL.stream().map(Shape::name).toList())));
  }

  /** Weights of one layer's four matrices: 3C² + C² + 4C² + 4C². */
  private long layerMatrices() {
    return 12L * channels * channels;
  }

  /** Weights that a decoded token reads: every matrix, bias and gain, the LM head, two rows. */
  public long decodeWeights() {
    long layer = layerMatrices() + (3L + 1 + 4 + 1) * channels + 4L * channels;
    return layers * layer + 2L * channels + (long) vocabulary * channels + 2L * channels;
  }

  /**
   * Bytes that decoding one token at batch 1 has to read.
   *
   * @param elementBytes of a weight, a key or a value
   * @param context tokens before it
   */
  public double decodeBytes(int elementBytes, double context) {
    return elementBytes * (decodeWeights() + context * 2 * layers * channels);
  }

  /**
   * Floating-point operations to read a prompt: its matrices, causal attention (half of the T x T
   * scores, once for them and once for the values), and the LM head for the last token alone.
   *
   * @param tokens T
   */
  public double prefillFlops(int tokens) {
    double t = tokens;
    return 2 * t * layers * layerMatrices()
        + 2 * t * t * channels * layers
        + 2.0 * vocabulary * channels;
  }
}
