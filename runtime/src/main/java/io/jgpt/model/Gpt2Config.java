package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a GPT-2 is made of, in the terms of Hugging Face's {@code config.json}. A value of this type
 * is consistent: sizes are positive and within their limits, heads divide the channels, token ids
 * lie inside the vocabulary.
 *
 * @param vocabSize V: rows of the token embedding and length of a row of logits
 * @param nPositions most tokens that a sequence can hold
 * @param nEmbd C: channels of the residual stream
 * @param nLayer number of blocks
 * @param nHead NH: attention heads; divides C
 * @param nInner width of the FFN, 4C where the file does not say
 * @param activation of the FFN
 * @param layerNormEpsilon added to the variance
 * @param scaleAttnWeights scores are divided by sqrt(HS)
 * @param scaleAttnByInverseLayerIdx scores of layer i, counted from 0, are also divided by i + 1
 * @param reorderAndUpcastAttn scores are computed in float32, as jgpt always does
 * @param tieWordEmbeddings the LM head is the token embedding
 * @param bosTokenId present only if inside the vocabulary
 * @param eosTokenIds tokens that end a text; those outside the vocabulary are left out
 */
public record Gpt2Config(
    int vocabSize,
    int nPositions,
    int nEmbd,
    int nLayer,
    int nHead,
    int nInner,
    Activation activation,
    float layerNormEpsilon,
    boolean scaleAttnWeights,
    boolean scaleAttnByInverseLayerIdx,
    boolean reorderAndUpcastAttn,
    boolean tieWordEmbeddings,
    OptionalInt bosTokenId,
    List<Integer> eosTokenIds) {

  // Far above any GPT-2, and low enough that no product of two overflows a long.
  private static final int MAX_VOCAB = 1 << 24;
  private static final int MAX_POSITIONS = 1 << 20;
  private static final int MAX_EMBD = 1 << 16;
  private static final int MAX_LAYERS = 4096;
  private static final int MAX_INNER = 1 << 20;

  /**
   * @throws ModelException if the values contradict each other or a limit
   */
  public Gpt2Config {
    range("vocab_size", vocabSize, MAX_VOCAB);
    range("n_positions", nPositions, MAX_POSITIONS);
    range("n_embd", nEmbd, MAX_EMBD);
    range("n_layer", nLayer, MAX_LAYERS);
    range("n_head", nHead, nEmbd);
    range("n_inner", nInner, MAX_INNER);
    if (nEmbd % nHead != 0) {
      throw new ModelException("model.config.heads", nEmbd, nHead);
    }
    if (!(layerNormEpsilon > 0 && layerNormEpsilon < 1)) {
      throw new ModelException("model.config.epsilon", layerNormEpsilon);
    }
    int vocabulary = vocabSize;
    if (bosTokenId.isPresent() && !inside(bosTokenId.getAsInt(), vocabulary)) {
      bosTokenId = OptionalInt.empty();
    }
    eosTokenIds = eosTokenIds.stream().filter(id -> inside(id, vocabulary)).distinct().toList();
  }

  /** HS: channels of one head. */
  public int headSize() {
    return nEmbd / nHead;
  }

  private static boolean inside(int id, int vocabulary) {
    return id >= 0 && id < vocabulary;
  }

  private static void range(String field, int value, int limit) {
    if (value < 1 || value > limit) {
      throw new ModelException("model.config.range", field, value, 1, limit);
    }
  }
}
