package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

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

  private static final int GPT2_VOCAB = 50257;
  private static final int GPT2_END_OF_TEXT = 50256;

  /** Those whose checkpoint holds a language model. */
  private static final Set<String> ARCHITECTURES =
      Set.of("GPT2LMHeadModel", "GPT2Model", "GPT2DoubleHeadsModel");

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
    int v = vocabSize;
    if (bosTokenId.isPresent() && !inVocabulary(bosTokenId.getAsInt(), v)) {
      bosTokenId = OptionalInt.empty();
    }
    eosTokenIds = eosTokenIds.stream().filter(id -> inVocabulary(id, v)).distinct().toList();
  }

  /**
   * Reads {@code config.json}; a field that it lacks takes the value of transformers' {@code
   * GPT2Config}. {@code n_ctx} is not looked at: older versions wrote it beside {@code n_positions}
   * with the same value.
   *
   * @throws ModelException if the file is damaged, describes another kind of model, or contradicts
   *     itself
   */
  static Gpt2Config read(Path file) {
    JsonFields json = JsonFields.read(file);
    checkKind(file, json);
    int nEmbd = json.intOr("n_embd", 768);
    String activation = json.textOr("activation_function", "gelu_new");
    return new Gpt2Config(
        json.intOr("vocab_size", GPT2_VOCAB),
        json.intOr("n_positions", 1024),
        nEmbd,
        json.intOr("n_layer", 12),
        json.intOr("n_head", 12),
        json.optionalInt("n_inner").orElse((int) Math.min(4L * nEmbd, Integer.MAX_VALUE)),
        Activation.named(activation)
            .orElseThrow(() -> new ModelException("model.config.activation", activation)),
        (float) json.doubleOr("layer_norm_epsilon", 1e-5),
        json.booleanOr("scale_attn_weights", true),
        json.booleanOr("scale_attn_by_inverse_layer_idx", false),
        json.booleanOr("reorder_and_upcast_attn", false),
        json.booleanOr("tie_word_embeddings", true),
        json.has("bos_token_id")
            ? json.optionalInt("bos_token_id")
            : OptionalInt.of(GPT2_END_OF_TEXT),
        json.has("eos_token_id")
            ? json.intOrInts("eos_token_id").orElse(List.of())
            : List.of(GPT2_END_OF_TEXT));
  }

  /**
   * By {@code model_type}; where an old file has none, by its architecture or its fields' names.
   */
  private static void checkKind(Path file, JsonFields json) {
    Optional<String> type = json.optionalText("model_type");
    if (type.isPresent() && !type.get().equals("gpt2")) {
      throw new ModelException("model.config.type", file, type.get());
    }
    List<String> architectures = json.texts("architectures");
    if (!architectures.isEmpty() && Collections.disjoint(architectures, ARCHITECTURES)) {
      throw new ModelException("model.config.architecture", file, architectures.getFirst());
    }
    if (type.isEmpty() && architectures.isEmpty() && !json.has("n_embd")) {
      throw new ModelException("model.config.unknown", file);
    }
  }

  /** HS: channels of one head. */
  public int headSize() {
    return nEmbd / nHead;
  }

  /** True if there is a token {@code id}: {@code 0 <= id < V}. */
  public boolean inVocabulary(int id) {
    return inVocabulary(id, vocabSize);
  }

  private static boolean inVocabulary(int id, int vocabSize) {
    return id >= 0 && id < vocabSize;
  }

  private static void range(String field, int value, int limit) {
    if (value < 1 || value > limit) {
      throw new ModelException("model.config.range", field, value, 1, limit);
    }
  }
}
