package io.jgpt.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a GPT-2, shapes checked against its {@link Gpt2Config}. They borrow the mapping of
 * the {@link ModelDirectory} that they come from: reading one after that is closed throws {@link
 * IllegalStateException}. F is {@link Gpt2Config#nInner}, P {@link Gpt2Config#nPositions}.
 *
 * @param wte [V, C] token embedding
 * @param wpe [P, C] position embedding
 * @param layers in order
 * @param lnFGain [C] final layer norm
 * @param lnFBias [C]
 * @param lmHead [V, C], stored [out, in]; the same object as {@code wte} if they are tied
 */
public record Gpt2Weights(
    Tensor wte, Tensor wpe, List<Layer> layers, Tensor lnFGain, Tensor lnFBias, Tensor lmHead) {

  public Gpt2Weights {
    layers = List.copyOf(layers);
  }

  /**
   * One block. Matrices are stored [in, out] (Conv1D), not [out, in].
   *
   * @param ln1Gain [C]
   * @param ln1Bias [C]
   * @param qkvWeight [C, 3C]: queries, keys, values side by side
   * @param qkvBias [3C]
   * @param projWeight [C, C]
   * @param projBias [C]
   * @param ln2Gain [C]
   * @param ln2Bias [C]
   * @param fcWeight [C, F]
   * @param fcBias [F]
   * @param downWeight [F, C]
   * @param downBias [C]
   */
  public record Layer(
      Tensor ln1Gain,
      Tensor ln1Bias,
      Tensor qkvWeight,
      Tensor qkvBias,
      Tensor projWeight,
      Tensor projBias,
      Tensor ln2Gain,
      Tensor ln2Bias,
      Tensor fcWeight,
      Tensor fcBias,
      Tensor downWeight,
      Tensor downBias) {

    /** All tensors of the block, in the order of the components. */
    public List<Tensor> tensors() {
      return List.of(
          ln1Gain,
          ln1Bias,
          qkvWeight,
          qkvBias,
          projWeight,
          projBias,
          ln2Gain,
          ln2Bias,
          fcWeight,
          fcBias,
          downWeight,
          downBias);
    }
  }

  /** True if the LM head is the token embedding. */
  public boolean tied() {
    return lmHead == wte;
  }

  /** Every tensor once, in the order in which a forward pass meets them. */
  public List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>(List.of(wte, wpe));
    layers.forEach(layer -> all.addAll(layer.tensors()));
    all.addAll(tied() ? List.of(lnFGain, lnFBias) : List.of(lnFGain, lnFBias, lmHead));
    return all;
  }

  /** The file's own element type: of a mixed file the one that holds most bytes. */
  public DType storedDType() {
    Map<DType, Long> bytes = new EnumMap<>(DType.class);
    for (Tensor tensor : tensors()) {
      bytes.merge(tensor.dtype(), tensor.data().byteSize(), Long::sum);
    }
    return Collections.max(bytes.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  /** Bytes of all weights as stored; a tied LM head counts once. */
  public long totalBytes() {
    return tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
  }
}
