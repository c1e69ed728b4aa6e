package io.jgpt.testing;

import io.jgpt.model.Activation;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** A small GPT-2 with large random weights, so that every one of them matters. */
public record RandomModel(Gpt2Config config, Gpt2Weights weights) {

  /** Odd sizes: V 207, P 97, C 39, L 2, NH 3, F 50. */
  public static RandomModel small(long seed) {
    return of(config(207, 97, 39, 2, 3, 50), DType.F32, seed);
  }

  /** The usual switches. */
  public static Gpt2Config config(int v, int p, int c, int layers, int heads, int inner) {
    return new Gpt2Config(
        v,
        p,
        c,
        layers,
        heads,
        inner,
        Activation.GELU_TANH,
        1e-5f,
        true,
        false,
        false,
        true,
        OptionalInt.empty(),
        List.of());
  }

  /** With every tensor stored as {@code dtype}; the LM head is tied. */
  public static RandomModel of(Gpt2Config config, DType dtype, long seed) {
    var random = new Random(seed);
    int c = config.nEmbd();
    int f = config.nInner();
    var layers = new ArrayList<Gpt2Weights.Layer>();
    for (int i = 0; i < config.nLayer(); i++) {
      layers.add(
          new Gpt2Weights.Layer(
              RandomTensors.tensor(random, dtype, 0.5, c),
              RandomTensors.tensor(random, dtype, 0.2, c),
              RandomTensors.tensor(random, dtype, 0.4, c, 3 * c),
              RandomTensors.tensor(random, dtype, 0.2, 3 * c),
              RandomTensors.tensor(random, dtype, 0.3, c, c),
              RandomTensors.tensor(random, dtype, 0.2, c),
              RandomTensors.tensor(random, dtype, 0.5, c),
              RandomTensors.tensor(random, dtype, 0.2, c),
              RandomTensors.tensor(random, dtype, 0.3, c, f),
              RandomTensors.tensor(random, dtype, 0.2, f),
              RandomTensors.tensor(random, dtype, 0.3, f, c),
              RandomTensors.tensor(random, dtype, 0.2, c)));
    }
    Tensor wte = RandomTensors.tensor(random, dtype, 0.5, config.vocabSize(), c);
    Tensor wpe = RandomTensors.tensor(random, dtype, 0.5, config.nPositions(), c);
    Tensor lnFGain = RandomTensors.tensor(random, dtype, 1, c);
    Tensor lnFBias = RandomTensors.tensor(random, dtype, 0.2, c);
    return new RandomModel(config, new Gpt2Weights(wte, wpe, layers, lnFGain, lnFBias, wte));
  }
}
