package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.driver.MemoryPlan;
import io.jgpt.engine.cuda.driver.MemoryPlan.Reservation;
import io.jgpt.engine.cuda.kernel.WeightMatrix;
import io.jgpt.engine.cuda.kernel.WeightType;
import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.model.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The device's memory for every tensor of a model, and in which form it will hold it. */
final class WeightLayout {

  /** How a file holds a tensor; the device holds matrices as [N, K] and vectors as [1, K]. */
  enum Form {
    VECTOR,
    /** [N, K] */
    OUT_IN,
    /** [K, N] (Conv1D) */
    IN_OUT
  }

  /**
   * One tensor.
   *
   * @param type that the device holds it in: float32 for vectors
   * @param rows N
   * @param columns K
   */
  record Piece(
      Tensor tensor, Form form, WeightType type, int rows, int columns, Reservation memory) {}

  private final Gpt2Weights model;
  private final WeightType type;
  private final MemoryPlan.Group group;
  private final Map<Tensor, Piece> pieces =
      new LinkedHashMap<>(); // by identity: tensors have no other

  /**
   * Reserves the memory of all tensors. A tied LM head is the embedding.
   *
   * @param type of the matrices
   */
  WeightLayout(Gpt2Weights model, WeightType type, MemoryPlan.Group group) {
    this.model = model;
    this.type = type;
    this.group = group;
    add("wte", model.wte(), Form.OUT_IN);
    add("wpe", model.wpe(), Form.OUT_IN);
    for (int i = 0; i < model.layers().size(); i++) {
      addLayer("h." + i + ".", model.layers().get(i));
    }
    add("ln_f.gain", model.lnFGain(), Form.VECTOR);
    add("ln_f.bias", model.lnFBias(), Form.VECTOR);
    if (!model.tied()) {
      add("lm_head", model.lmHead(), Form.OUT_IN);
    }
  }

  private void addLayer(String prefix, Gpt2Weights.Layer layer) {
    add(prefix + "ln1.gain", layer.ln1Gain(), Form.VECTOR);
    add(prefix + "ln1.bias", layer.ln1Bias(), Form.VECTOR);
    add(prefix + "qkv.weight", layer.qkvWeight(), Form.IN_OUT);
    add(prefix + "qkv.bias", layer.qkvBias(), Form.VECTOR);
    add(prefix + "proj.weight", layer.projWeight(), Form.IN_OUT);
    add(prefix + "proj.bias", layer.projBias(), Form.VECTOR);
    add(prefix + "ln2.gain", layer.ln2Gain(), Form.VECTOR);
    add(prefix + "ln2.bias", layer.ln2Bias(), Form.VECTOR);
    add(prefix + "fc.weight", layer.fcWeight(), Form.IN_OUT);
    add(prefix + "fc.bias", layer.fcBias(), Form.VECTOR);
    add(prefix + "down.weight", layer.downWeight(), Form.IN_OUT);
    add(prefix + "down.bias", layer.downBias(), Form.VECTOR);
  }

  private void add(String name, Tensor tensor, Form form) {
    WeightType stored = form == Form.VECTOR ? WeightType.F32 : type;
    int first = Math.toIntExact(tensor.dim(0));
    int last = Math.toIntExact(tensor.dim(tensor.rank() - 1));
    int rows =
        switch (form) {
          case VECTOR -> 1;
          case OUT_IN -> first;
          case IN_OUT -> last;
        };
    int columns = form == Form.IN_OUT ? first : last;
    Reservation memory = group.reserve(name, WeightMatrix.bytes(stored, rows, columns));
    pieces.put(tensor, new Piece(tensor, form, stored, rows, columns, memory));
  }

  /** In the order of a forward pass. */
  Collection<Piece> pieces() {
    return pieces.values();
  }

  Piece piece(Tensor tensor) {
    return pieces.get(tensor);
  }

  Gpt2Weights model() {
    return model;
  }

  /** Of the matrices. */
  WeightType type() {
    return type;
  }

  /** Bytes of the weights as the device holds them. */
  long bytes() {
    return pieces.values().stream().mapToLong(piece -> piece.memory().bytes()).sum();
  }

  /**
   * The kernels' name for a type.
   *
   * @throws DeviceException if they have none: int8 is the CPU's alone
   */
  static WeightType typeOf(DType dtype) {
    return switch (dtype) {
      case F32 -> WeightType.F32;
      case F16 -> WeightType.F16;
      case BF16 -> WeightType.BF16;
      case INT8 -> throw new DeviceException("cuda.int8");
    };
  }
}
