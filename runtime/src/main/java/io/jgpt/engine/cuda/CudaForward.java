package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.kernel.AttentionKernels;
import io.jgpt.engine.cuda.kernel.EmbedKernels;
import io.jgpt.engine.cuda.kernel.FfnKernels;
import io.jgpt.engine.cuda.kernel.KernelSet;
import io.jgpt.engine.cuda.kernel.LayerNormKernels;
import io.jgpt.engine.cuda.kernel.LinearKernels;
import io.jgpt.engine.cuda.kernel.Nonlinearity;
import io.jgpt.engine.cuda.kernel.WeightType;
import io.jgpt.model.Gpt2Config;
import java.util.Optional;

/**
 * GPT-2's forward pass over the tokens of a step, all slots in one [T, C]; queued, not waited for.
 *
 * <pre>
 *   x = wte[token] + wpe[position]
 *   L times:  x += proj(attention(qkv(ln1(x))))
 *             x += down(f(fc(ln2(x))))
 *   logits = lmHead(lnF(x)), for the rows that are wanted
 * </pre>
 */
final class CudaForward {

  private final Gpt2Config config;
  private final CudaWeights weights;
  private final Activations a;
  private final DeviceBuffer pages;
  private final int maxPages;
  private final EmbedKernels embed;
  private final LayerNormKernels norms;
  private final LinearKernels linears;
  private final AttentionKernels attention;
  private final FfnKernels ffn;
  private final Nonlinearity activation;

  /**
   * @param type of weights, keys and values
   * @param pages the KV pool
   * @param maxPages most pages of a sequence
   */
  CudaForward(
      Gpt2Config config,
      CudaWeights weights,
      WeightType type,
      Activations activations,
      DeviceBuffer pages,
      int maxPages,
      KernelSet kernels) {
    this.config = config;
    this.weights = weights;
    this.a = activations;
    this.pages = pages;
    this.maxPages = maxPages;
    embed = new EmbedKernels(kernels, type);
    norms = new LayerNormKernels(kernels);
    linears = new LinearKernels(kernels, type, activations.splits());
    attention =
        new AttentionKernels(kernels, type, config.nLayer(), config.nHead(), config.headSize());
    ffn = new FfnKernels(kernels, type, activations.splits());
    activation =
        switch (config.activation()) {
          case GELU_TANH -> Nonlinearity.GELU_TANH;
          case GELU_ERF -> Nonlinearity.GELU_ERF;
          case RELU -> Nonlinearity.RELU;
          case SILU -> Nonlinearity.SILU;
        };
  }

  /** Everything up to the residual stream behind the last layer; keys and values are appended. */
  void layers(CudaStream stream, Step step) {
    embed.embed(
        stream, step.tokens(), step.positions(), step.rows(), weights.wte(), weights.wpe(), a.x());
    for (int i = 0; i < weights.layers(); i++) {
      layer(stream, step, i);
    }
  }

  private void layer(CudaStream stream, Step step, int i) {
    CudaWeights.Layer w = weights.layer(i);
    int rows = step.rows(); // T
    norms.normalize(stream, a.x(), rows, w.ln1(), a.normed()); // [T, C]
    linears.linear(stream, a.normed(), rows, w.qkv(), a.qkv()); // [T, 3C]
    attend(stream, step, i); // [T, C]
    linears.linear(
        stream,
        a.attended(),
        rows,
        w.proj(),
        Nonlinearity.IDENTITY,
        Optional.of(a.x()),
        a.x()); // [T, C], + residual
    ffn.up(stream, a.x(), rows, w.ln2(), w.fc(), activation, a.hidden()); // ln2, [T, F]
    ffn.down(stream, a.hidden(), rows, w.down(), a.x(), a.x()); // [T, C], + residual
  }

  /** One kernel for steps of a token per slot, splitting the keys, and one for all others. */
  private void attend(CudaStream stream, Step step, int i) {
    if (step.decodes()) {
      attention.decode(
          stream,
          a.qkv(),
          pages,
          step.pageTable(),
          step.past(),
          a.partials(),
          step.slots(),
          i,
          maxPages,
          scale(i),
          a.attended());
    } else {
      attention.prefill(
          stream,
          a.qkv(),
          pages,
          step.pageTable(),
          step.rowStart(),
          step.past(),
          step.slots(),
          step.mostRows(),
          i,
          maxPages,
          scale(i),
          a.attended());
    }
  }

  /** What the scores of layer {@code i} are multiplied by. */
  private float scale(int i) {
    double scale = config.scaleAttnWeights() ? 1 / Math.sqrt(config.headSize()) : 1;
    return (float) (config.scaleAttnByInverseLayerIdx() ? scale / (i + 1) : scale);
  }

  /**
   * The logits of some of the rows that the layers have left.
   *
   * @param picked int [count], the rows; as many as there is room for logits
   */
  void logits(CudaStream stream, DeviceBuffer picked, int count) {
    norms.normalizePicked(stream, a.x(), picked, count, weights.lnF(), a.normed()); // [count, C]
    linears.linear(stream, a.normed(), count, weights.lmHead(), a.logits()); // [count, V]
  }
}
