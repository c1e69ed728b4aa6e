package io.jgpt.engine.cpu;

import io.jgpt.model.Activation;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;

/** A small GPT-2 with large random weights, so that every one of them matters. */
record RandomModel(Gpt2Config config, Gpt2Weights weights) {

  /** Odd sizes: V 207, P 97, C 39, L 2, NH 3, F 50. */
  static RandomModel small(long seed) {
    return of(config(207, 97, 39, 2, 3, 50), DType.F32, seed);
  }

  static Gpt2Config config(int v, int p, int c, int layers, int heads, int inner) {
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

  static RandomModel of(Gpt2Config config, DType dtype, long seed) {
    var random = new Random(seed);
    int c = config.nEmbd();
    int f = config.nInner();
    var layers = new ArrayList<Gpt2Weights.Layer>();
    for (int i = 0; i < config.nLayer(); i++) {
      layers.add(
          new Gpt2Weights.Layer(
              tensor(random, dtype, 0.5, c),
              tensor(random, dtype, 0.2, c),
              tensor(random, dtype, 0.4, c, 3 * c),
              tensor(random, dtype, 0.2, 3 * c),
              tensor(random, dtype, 0.3, c, c),
              tensor(random, dtype, 0.2, c),
              tensor(random, dtype, 0.5, c),
              tensor(random, dtype, 0.2, c),
              tensor(random, dtype, 0.3, c, f),
              tensor(random, dtype, 0.2, f),
              tensor(random, dtype, 0.3, f, c),
              tensor(random, dtype, 0.2, c)));
    }
    Tensor wte = tensor(random, dtype, 0.5, config.vocabSize(), c);
    Tensor wpe = tensor(random, dtype, 0.5, config.nPositions(), c);
    Tensor lnFGain = tensor(random, dtype, 1, c);
    Tensor lnFBias = tensor(random, dtype, 0.2, c);
    return new RandomModel(config, new Gpt2Weights(wte, wpe, layers, lnFGain, lnFBias, wte));
  }

  /** Normal with the given deviation. */
  static Tensor tensor(Random random, DType dtype, double deviation, int... shape) {
    long[] dims = Stream.of(shape).flatMapToInt(Arrays::stream).asLongStream().toArray();
    int count = 1;
    for (int dim : shape) {
      count *= dim;
    }
    MemorySegment data = Arena.ofAuto().allocate((long) count * dtype.bytes(), 64);
    for (int i = 0; i < count; i++) {
      FloatElements.write((float) (deviation * random.nextGaussian()), dtype, data, i);
    }
    return new Tensor("random", dtype, dims, data.asReadOnly());
  }
}
