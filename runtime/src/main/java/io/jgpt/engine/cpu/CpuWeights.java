package io.jgpt.engine.cpu;

import io.jgpt.engine.cpu.Operators.Linear;
import io.jgpt.model.DType;
import io.jgpt.model.FloatElements;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's weights as the operators read them. The embeddings stay in the model's file: a step
 * reads a row of them per token.
 *
 * <p>Layer norms are float32 whatever the matrices are.
 */
final class CpuWeights implements AutoCloseable {

  /** One block; the names are those of {@link Gpt2Weights.Layer}. */
  record Layer(Norm ln1, Linear qkv, Linear proj, Norm ln2, Linear fc, Linear down) {}

  /**
   * A layer norm's parameters.
   *
   * @param gain float32 [C]
   * @param bias float32 [C]
   */
  record Norm(MemorySegment gain, MemorySegment bias) {}

  /**
   * A matrix as the model's file has it.
   *
   * @param outIn see {@link Operators#pack(Tensor, boolean, Tensor, DType)}
   * @param bias null where there is none
   */
  record Matrix(Tensor weight, boolean outIn, Tensor bias) {

    /** K. */
    int in() {
      return Math.toIntExact(weight.dim(outIn ? 1 : 0));
    }

    /** N. */
    int out() {
      return Math.toIntExact(weight.dim(outIn ? 0 : 1));
    }
  }

  private static final int MATRICES_PER_LAYER = 4;

  private final Arena arena = Arena.ofShared();
  private final List<Linear> linears = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();
  private final Gpt2Weights model;
  private final Norm lnF;

  /**
   * Packs all matrices.
   *
   * @throws io.jgpt.error.DeviceException if there is no memory for them
   */
  CpuWeights(Gpt2Weights model, Operators operators, NativeMemory memory, CpuOptions options) {
    this.model = model;
    try {
      pack(matrices(model), operators, memory, options);
      for (int i = 0; i < model.layers().size(); i++) {
        Gpt2Weights.Layer layer = model.layers().get(i);
        int first = i * MATRICES_PER_LAYER;
        layers.add(
            new Layer(
                norm(layer.ln1Gain(), layer.ln1Bias(), memory),
                linears.get(first),
                linears.get(first + 1),
                norm(layer.ln2Gain(), layer.ln2Bias(), memory),
                linears.get(first + 2),
                linears.get(first + 3)));
      }
      lnF = norm(model.lnFGain(), model.lnFBias(), memory);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** In the order of a forward pass, the LM head last. */
  static List<Matrix> matrices(Gpt2Weights model) {
    var matrices = new ArrayList<Matrix>();
    for (Gpt2Weights.Layer layer : model.layers()) {
      matrices.add(new Matrix(layer.qkvWeight(), false, layer.qkvBias()));
      matrices.add(new Matrix(layer.projWeight(), false, layer.projBias()));
      matrices.add(new Matrix(layer.fcWeight(), false, layer.fcBias()));
      matrices.add(new Matrix(layer.downWeight(), false, layer.downBias()));
    }
    matrices.add(new Matrix(model.lmHead(), true, null));
    return matrices;
  }

  /** Bytes that the matrices take in {@code dtype}, padding aside. */
  static long bytes(Gpt2Weights model, DType dtype) {
    return matrices(model).stream()
        .mapToLong(matrix -> (long) matrix.in() * matrix.out() * dtype.bytes())
        .sum();
  }

  private void pack(
      List<Matrix> matrices, Operators operators, NativeMemory memory, CpuOptions options) {
    if (options.dtype() != DType.INT8) {
      for (Matrix matrix : matrices) {
        linears.add(
            operators.pack(matrix.weight(), matrix.outIn(), matrix.bias(), options.dtype()));
      }
      return;
    }
    try (var quantized = QuantizedMatrices.of(matrices, memory, options)) {
      for (int i = 0; i < matrices.size(); i++) {
        linears.add(operators.pack(quantized.get(i), matrices.get(i).bias()));
      }
    }
  }

  private Norm norm(Tensor gain, Tensor bias, NativeMemory memory) {
    return new Norm(floats(gain, memory), floats(bias, memory));
  }

  private MemorySegment floats(Tensor tensor, NativeMemory memory) {
    int count = Math.toIntExact(tensor.elements());
    float[] values = new float[count];
    FloatElements.read(tensor, 0, count, values, 0);
    MemorySegment copy = memory.allocate("layer norm", 4L * count, arena);
    MemorySegment.copy(values, 0, copy, ValueLayout.JAVA_FLOAT, 0, count);
    return copy;
  }

  /** [V, C] */
  Tensor wte() {
    return model.wte();
  }

  /** [P, C] */
  Tensor wpe() {
    return model.wpe();
  }

  Layer layer(int i) {
    return layers.get(i);
  }

  int layers() {
    return layers.size();
  }

  Norm lnF() {
    return lnF;
  }

  /** C to V. */
  Linear lmHead() {
    return linears.getLast();
  }

  /** Bytes held for the matrices. */
  long bytes() {
    return linears.stream().mapToLong(Linear::bytes).sum();
  }

  @Override
  public void close() {
    linears.forEach(Linear::close);
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
