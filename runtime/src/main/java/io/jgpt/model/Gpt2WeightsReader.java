package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the tensors of a GPT-2 in a checkpoint by Hugging Face's names, with or without the prefix
 * {@code transformer.}, and holds each against the configuration.
 *
 * <p>Tensors that no forward pass needs are never asked for and may be of any type: the causal
 * masks {@code h.N.attn.bias} and {@code h.N.attn.masked_bias} of older files, heads of other
 * tasks.
 */
final class Gpt2WeightsReader {

  private static final String PREFIX = "transformer.";
  private static final String HEAD = "lm_head.weight";

  private final Checkpoint checkpoint;
  private final Gpt2Config config;

  private Gpt2WeightsReader(Checkpoint checkpoint, Gpt2Config config) {
    this.checkpoint = checkpoint;
    this.config = config;
  }

  /**
   * The weights; no byte of a tensor is read, except by {@link #lmHead} in its rare case.
   *
   * @throws ModelException if a tensor is missing, or its shape or type is wrong
   */
  static Gpt2Weights read(Checkpoint checkpoint, Gpt2Config config) {
    return new Gpt2WeightsReader(checkpoint, config).read();
  }

  private Gpt2Weights read() {
    long v = config.vocabSize();
    long c = config.nEmbd();
    Optional<Tensor> head = find(HEAD, v, c);
    // transformers ties in both directions: a tied checkpoint may hold only the head.
    Tensor wte =
        config.tieWordEmbeddings() && head.isPresent()
            ? find("wte.weight", v, c).orElse(head.get())
            : need("wte.weight", v, c);
    Tensor wpe = need("wpe.weight", config.nPositions(), c);
    List<Gpt2Weights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < config.nLayer(); i++) {
      layers.add(layer("h." + i + "."));
    }
    return new Gpt2Weights(
        wte, wpe, layers, need("ln_f.weight", c), need("ln_f.bias", c), lmHead(wte, head));
  }

  private Gpt2Weights.Layer layer(String h) {
    long c = config.nEmbd();
    long f = config.nInner();
    return new Gpt2Weights.Layer(
        need(h + "ln_1.weight", c),
        need(h + "ln_1.bias", c),
        need(h + "attn.c_attn.weight", c, 3 * c),
        need(h + "attn.c_attn.bias", 3 * c),
        need(h + "attn.c_proj.weight", c, c),
        need(h + "attn.c_proj.bias", c),
        need(h + "ln_2.weight", c),
        need(h + "ln_2.bias", c),
        need(h + "mlp.c_fc.weight", c, f),
        need(h + "mlp.c_fc.bias", f),
        need(h + "mlp.c_proj.weight", f, c),
        need(h + "mlp.c_proj.bias", c));
  }

  /**
   * What transformers 5 does with {@code tie_word_embeddings} and what the checkpoint holds:
   *
   * <pre>
   *   tied   head in the file   LM head
   *   yes    no                 token embedding
   *   yes    equal to it        token embedding
   *   yes    different          the file's (transformers warns: the configuration is wrong)
   *   no     yes                the file's
   *   no     no                 none (transformers draws it at random; here an error)
   * </pre>
   */
  private Tensor lmHead(Tensor wte, Optional<Tensor> head) {
    if (!config.tieWordEmbeddings()) {
      return head.orElseThrow(
          () -> new ModelException("model.tensor.head", checkpoint.source(), HEAD));
    }
    return head.filter(tensor -> !sameBytes(tensor, wte)).orElse(wte);
  }

  private static boolean sameBytes(Tensor a, Tensor b) {
    return a.dtype() == b.dtype() && a.data().mismatch(b.data()) < 0;
  }

  private Tensor need(String name, long... shape) {
    return find(name, shape)
        .orElseThrow(
            () ->
                new ModelException(
                    "model.tensor.missing",
                    checkpoint.source(),
                    name,
                    Arrays.toString(shape),
                    checkpoint.names().size(),
                    checkpoint.names().stream().findFirst().orElse("")));
  }

  private Optional<Tensor> find(String name, long... shape) {
    Optional<Tensor> prefixed = checkpoint.find(PREFIX + name);
    Optional<Tensor> bare = checkpoint.find(name);
    if (prefixed.isPresent() && bare.isPresent()) {
      throw new ModelException("model.tensor.twice", checkpoint.source(), name, PREFIX + name);
    }
    Optional<Tensor> found = prefixed.or(() -> bare);
    found.ifPresent(tensor -> checkShape(tensor, shape));
    return found;
  }

  private void checkShape(Tensor tensor, long... expected) {
    if (!Arrays.equals(tensor.shape(), expected)) {
      throw new ModelException(
          "model.tensor.shape",
          checkpoint.source(),
          tensor.name(),
          Arrays.toString(tensor.shape()),
          Arrays.toString(expected));
    }
  }
}
