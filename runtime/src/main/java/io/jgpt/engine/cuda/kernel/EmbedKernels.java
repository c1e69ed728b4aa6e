package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;

/** From token ids to rows. */
public final class EmbedKernels {

  private final WeightType type;
  private final Kernel embed;

  /**
   * @param type of both tables
   */
  public EmbedKernels(KernelSet kernels, WeightType type) {
    this.type = type;
    this.embed = kernels.kernel(KernelFamily.EMBED, type);
  }

  /**
   * {@code out[t] = wte[tokens[t]] + wpe[positions[t]]}.
   *
   * @param tokens int [T], each below V
   * @param positions int [T], each below P
   * @param count T
   * @param wte [V][C]
   * @param wpe [P][C]
   * @param out float32 [T][C]
   */
  public void embed(
      CudaStream stream,
      DeviceBuffer tokens,
      DeviceBuffer positions,
      int count,
      WeightMatrix wte,
      WeightMatrix wpe,
      DeviceBuffer out) {
    int channels = wte.columns();
    Shapes.requireEqual("wpe's channels", wpe.columns(), channels);
    LinearKernels.requireType(type, wte);
    LinearKernels.requireType(type, wpe);
    Shapes.require(tokens, count);
    Shapes.require(positions, count);
    Shapes.require(out, (long) count * channels);
    embed
        .begin()
        .putAddress(tokens)
        .putAddress(positions)
        .putAddress(wte.data())
        .putAddress(wpe.data())
        .putAddress(out)
        .putInt(channels)
        .putInt(wte.rowStride());
    embed.launch(stream, count, LaunchTable.EMBED_THREADS);
  }
}
