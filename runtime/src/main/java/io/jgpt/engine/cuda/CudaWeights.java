package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.WeightLayout.Form;
import io.jgpt.engine.cuda.WeightLayout.Piece;
import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceArena;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.driver.Staging;
import io.jgpt.engine.cuda.kernel.KernelSet;
import io.jgpt.engine.cuda.kernel.LinearLayer;
import io.jgpt.engine.cuda.kernel.Norm;
import io.jgpt.engine.cuda.kernel.PackKernels;
import io.jgpt.engine.cuda.kernel.WeightMatrix;
import io.jgpt.engine.cuda.kernel.WeightType;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.model.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A model's weights on the device: matrices [N][K] of one type, everything else float32. The memory
 * is the arena's.
 */
final class CudaWeights {

  /** One block; the names are those of {@link Gpt2Weights.Layer}. */
  record Layer(
      Norm ln1, LinearLayer qkv, LinearLayer proj, Norm ln2, LinearLayer fc, LinearLayer down) {}

  private final WeightLayout layout;
  private final DeviceArena arena;
  private final float epsilon;
  private final WeightMatrix wte;
  private final WeightMatrix wpe;
  private final List<Layer> layers;
  private final Norm lnF;
  private final LinearLayer lmHead;

  /**
   * The weights in the arena's memory, of no value until they are {@linkplain #load loaded}.
   *
   * @param epsilon of the layer norms
   */
  CudaWeights(WeightLayout layout, DeviceArena arena, float epsilon) {
    this.layout = layout;
    this.arena = arena;
    this.epsilon = epsilon;
    Gpt2Weights model = layout.model();
    wte = matrix(model.wte()); // [V, C]
    wpe = matrix(model.wpe()); // [P, C]
    layers = model.layers().stream().map(this::layer).toList();
    lnF = norm(model.lnFGain(), model.lnFBias());
    lmHead = new LinearLayer(matrix(model.lmHead()), Optional.empty()); // C to V
  }

  private Layer layer(Gpt2Weights.Layer layer) {
    return new Layer(
        norm(layer.ln1Gain(), layer.ln1Bias()),
        linear(layer.qkvWeight(), layer.qkvBias()), // C to 3C
        linear(layer.projWeight(), layer.projBias()), // C to C
        norm(layer.ln2Gain(), layer.ln2Bias()),
        linear(layer.fcWeight(), layer.fcBias()), // C to F
        linear(layer.downWeight(), layer.downBias())); // F to C
  }

  private Norm norm(Tensor gain, Tensor bias) {
    return new Norm(vector(gain), vector(bias), Math.toIntExact(gain.dim(0)), epsilon);
  }

  private LinearLayer linear(Tensor weight, Tensor bias) {
    return new LinearLayer(matrix(weight), Optional.of(vector(bias)));
  }

  private DeviceBuffer vector(Tensor tensor) {
    return arena.buffer(layout.piece(tensor).memory());
  }

  private WeightMatrix matrix(Tensor tensor) {
    return matrix(layout.piece(tensor));
  }

  private WeightMatrix matrix(Piece piece) {
    return new WeightMatrix(
        arena.buffer(piece.memory()), piece.type(), piece.rows(), piece.columns());
  }

  /**
   * Brings the weights from their files; done when this returns. They are read once, in chunks that
   * are converted, padded and transposed on the device while the next is on its way.
   *
   * @param room in the arena, for the chunks
   */
  void load(CudaContext context, KernelSet kernels, CudaStream stream, Staging.Layout room) {
    var matrices = new PackKernels(kernels, layout.type());
    var vectors = new PackKernels(kernels, WeightType.F32);
    try (var staging = room.open(context, arena)) {
      for (Piece piece : layout.pieces()) {
        load(piece, piece.form() == Form.VECTOR ? vectors : matrices, staging, stream);
      }
      stream.synchronize();
    }
  }

  private void load(Piece piece, PackKernels pack, Staging staging, CudaStream stream) {
    Tensor tensor = piece.tensor();
    WeightType from = WeightLayout.typeOf(tensor.dtype());
    WeightMatrix matrix = matrix(piece);
    int rowElements = piece.form() == Form.IN_OUT ? piece.rows() : piece.columns();
    long rowBytes = (long) rowElements * from.bytes();
    staging.upload(
        stream,
        tensor.data(),
        rowBytes,
        (queue, chunk, offset) -> {
          int first = Math.toIntExact(offset / rowBytes);
          int rows = Math.toIntExact(chunk.bytes() / rowBytes);
          switch (piece.form()) {
            case VECTOR, OUT_IN -> pack.pack(queue, chunk, from, first, rows, matrix);
            case IN_OUT -> pack.packTransposed(queue, chunk, from, first, rows, matrix);
          }
        });
  }

  /** [V, C] */
  WeightMatrix wte() {
    return wte;
  }

  /** [P, C] */
  WeightMatrix wpe() {
    return wpe;
  }

  int layers() {
    return layers.size();
  }

  Layer layer(int i) {
    return layers.get(i);
  }

  Norm lnF() {
    return lnF;
  }

  /** C to V, without bias. */
  LinearLayer lmHead() {
    return lmHead;
  }

  /** Bytes of all weights as held. */
  long bytes() {
    return layout.bytes();
  }

  /** Bytes of all weights that decoding one token reads: of the tables a row. */
  long decodeBytes() {
    long tables = layout.piece(layout.model().wpe()).memory().bytes();
    if (!layout.model().tied()) {
      tables += layout.piece(layout.model().wte()).memory().bytes();
    }
    long row = (long) wte.rowStride() * layout.type().bytes();
    return layout.bytes() - tables + 2 * row;
  }
}
