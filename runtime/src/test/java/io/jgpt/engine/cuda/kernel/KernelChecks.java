package io.jgpt.engine.cuda.kernel;

import static io.jgpt.engine.cuda.kernel.KernelBench.encoded;
import static io.jgpt.engine.cuda.kernel.KernelBench.rounded;
import static io.jgpt.testing.ErrorBound.twiceNaive;
import static io.jgpt.testing.RandomTensors.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.model.Activation;
import io.jgpt.testing.ReferenceOperators;
import io.jgpt.testing.ReferenceOperators.Precision;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Each kernel against the float64 reference: an error of at most twice that of a naive
 * implementation in float32, and the same bytes a second time.
 */
final class KernelChecks {

  private static final ReferenceOperators EXACT = new ReferenceOperators(Precision.DOUBLE);
  private static final ReferenceOperators NAIVE = new ReferenceOperators(Precision.SINGLE);
  private static final float EPSILON = 1e-5f;

  /** What a linear layer does beside its product. */
  enum Form {
    BARE(false, false, false),
    BIAS(true, false, false),
    BIAS_AND_RESIDUAL(true, true, false),
    IN_PLACE(true, true, true);

    final boolean bias;
    final boolean residual;
    final boolean inPlace;

    Form(boolean bias, boolean residual, boolean inPlace) {
      this.bias = bias;
      this.residual = residual;
      this.inPlace = inPlace;
    }
  }

  /**
   * @param t tokens
   * @param k inputs
   * @param n outputs
   */
  record Shape(int t, int k, int n) {}

  private KernelChecks() {}

  /** A launch that leaves its result in an output. */
  private interface Launch {
    void into(DeviceBuffer out);
  }

  /** The result of a launch; the same bytes when repeated. */
  private static float[] repeatable(KernelBench bench, float[] before, Launch launch) {
    float[][] results = new float[2][];
    for (int i = 0; i < results.length; i++) {
      DeviceBuffer out = bench.output(before.length);
      bench.stream.write(out.slice(0, 4L * before.length), MemorySegment.ofArray(before));
      launch.into(out);
      results[i] = bench.result(out);
    }
    assertArrayEquals(results[0], results[1], "a second run");
    return results[0];
  }

  static void linear(
      KernelBench bench, Shape s, WeightType type, Nonlinearity activation, Form form) {
    var operators = new LinearKernels(bench.kernels, type, bench.space);
    float[] x = normal(bench.random, s.t * s.k);
    float[] w = scaled(normal(bench.random, s.n * s.k), 1 / Math.sqrt(s.k));
    float[] bias = form.bias ? normal(bench.random, s.n) : new float[s.n];
    float[] residual = form.residual ? normal(bench.random, s.t * s.n) : new float[s.t * s.n];
    DeviceBuffer input = bench.floats("x", x);
    LinearLayer layer =
        new LinearLayer(
            bench.matrix(type, w, s.n, s.k),
            form.bias ? Optional.of(bench.floats("bias", bias)) : Optional.empty());
    DeviceBuffer added = bench.floats("residual", residual);
    float[] actual =
        repeatable(
            bench,
            residual,
            out -> {
              Optional<DeviceBuffer> from =
                  form.residual ? Optional.of(form.inPlace ? out : added) : Optional.empty();
              operators.linear(bench.stream, input, s.t, layer, activation, from, out);
            });
    float[] seen = rounded(type, w);
    twiceNaive(
        "linear " + s + " " + type + " " + activation + " " + form,
        product(EXACT, x, seen, bias, activation, residual, s.k),
        product(NAIVE, x, seen, bias, activation, residual, s.k),
        actual);
    bench.clear();
  }

  static void ffn(KernelBench bench, Shape s, WeightType type, Nonlinearity activation) {
    var operators = new FfnKernels(bench.kernels, type, bench.space);
    float[] x = normal(bench.random, s.t * s.k);
    float[] gain = normal(bench.random, s.k);
    float[] normBias = normal(bench.random, s.k);
    float[] up = scaled(normal(bench.random, s.n * s.k), 1 / Math.sqrt(s.k));
    float[] upBias = normal(bench.random, s.n);
    float[] down = scaled(normal(bench.random, s.k * s.n), 1 / Math.sqrt(s.n));
    float[] downBias = normal(bench.random, s.k);
    DeviceBuffer input = bench.floats("x", x);
    var norm = new Norm(bench.floats("gain", gain), bench.floats("bias", normBias), s.k, EPSILON);
    var upLayer =
        new LinearLayer(
            bench.matrix(type, up, s.n, s.k), Optional.of(bench.floats("up bias", upBias)));
    var downLayer =
        new LinearLayer(
            bench.matrix(type, down, s.k, s.n), Optional.of(bench.floats("down bias", downBias)));
    float[] none = new float[s.t * s.n];
    float[] hidden =
        repeatable(
            bench,
            none,
            out -> operators.up(bench.stream, input, s.t, norm, upLayer, activation, out));
    String what = "ffn " + s + " " + type + " " + activation;
    twiceNaive(
        what + ", up",
        ffnUp(EXACT, x, gain, normBias, rounded(type, up), upBias, activation),
        ffnUp(NAIVE, x, gain, normBias, rounded(type, up), upBias, activation),
        hidden);
    DeviceBuffer middle = bench.floats("hidden", hidden);
    float[] out =
        repeatable(
            bench,
            x,
            inPlace -> operators.down(bench.stream, middle, s.t, downLayer, inPlace, inPlace));
    twiceNaive(
        what + ", down",
        EXACT.linear(hidden, rounded(type, down), downBias, x, s.n),
        NAIVE.linear(hidden, rounded(type, down), downBias, x, s.n),
        out);
    bench.clear();
  }

  private static double[] ffnUp(
      ReferenceOperators operators,
      float[] x,
      float[] gain,
      float[] normBias,
      float[] w,
      float[] bias,
      Nonlinearity activation) {
    double[] normed = operators.layerNorm(x, gain, normBias, EPSILON);
    float[] rows = new float[normed.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) normed[i];
    }
    float[] none = new float[x.length / gain.length * bias.length];
    return product(operators, rows, w, bias, activation, none, gain.length);
  }

  private static double[] product(
      ReferenceOperators operators,
      float[] x,
      float[] w,
      float[] bias,
      Nonlinearity activation,
      float[] residual,
      int k) {
    return switch (activation) {
      case IDENTITY -> operators.linear(x, w, bias, residual, k);
      case GELU_TANH -> operators.linear(x, w, bias, Activation.GELU_TANH, residual, k);
      case GELU_ERF -> operators.linear(x, w, bias, Activation.GELU_ERF, residual, k);
      case RELU -> operators.linear(x, w, bias, Activation.RELU, residual, k);
      case SILU -> operators.linear(x, w, bias, Activation.SILU, residual, k);
    };
  }

  static void layerNorm(KernelBench bench, int rows, int channels) {
    var operators = new LayerNormKernels(bench.kernels);
    float[] x = normal(bench.random, rows * channels);
    for (int i = 0; i < x.length; i++) {
      x[i] += 3; // so that a variance computed as a difference would show
    }
    float[] gain = normal(bench.random, channels);
    float[] bias = normal(bench.random, channels);
    int[] picked = bench.random.ints(rows, 0, rows).toArray();
    DeviceBuffer input = bench.floats("x", x);
    var norm = new Norm(bench.floats("gain", gain), bench.floats("bias", bias), channels, EPSILON);
    float[] actual =
        repeatable(bench, x, out -> operators.normalize(bench.stream, input, rows, norm, out));
    twiceNaive(
        "layer norm " + rows + " x " + channels,
        EXACT.layerNorm(x, gain, bias, EPSILON),
        NAIVE.layerNorm(x, gain, bias, EPSILON),
        actual);
    DeviceBuffer index = bench.ints("picked", picked);
    float[] gathered =
        repeatable(
            bench,
            x,
            out -> operators.normalizePicked(bench.stream, input, index, rows, norm, out));
    for (int i = 0; i < gathered.length; i++) {
      int from = picked[i / channels] * channels + i % channels;
      assertEquals(actual[from], gathered[i], "element " + i + " of picked rows");
    }
    bench.clear();
  }

  static void embed(KernelBench bench, int count, int channels, WeightType type) {
    var operators = new EmbedKernels(bench.kernels, type);
    float[] wte = normal(bench.random, 50 * channels);
    float[] wpe = normal(bench.random, 40 * channels);
    int[] tokens = bench.random.ints(count, 0, 50).toArray();
    int[] positions = bench.random.ints(count, 0, 40).toArray();
    WeightMatrix tokenTable = bench.matrix(type, wte, 50, channels);
    WeightMatrix positionTable = bench.matrix(type, wpe, 40, channels);
    DeviceBuffer ids = bench.ints("tokens", tokens);
    DeviceBuffer at = bench.ints("positions", positions);
    float[] actual =
        repeatable(
            bench,
            new float[count * channels],
            out -> operators.embed(bench.stream, ids, at, count, tokenTable, positionTable, out));
    for (int i = 0; i < actual.length; i++) {
      int t = i / channels;
      int c = i % channels;
      float expected =
          rounded(type, wte[tokens[t] * channels + c])
              + rounded(type, wpe[positions[t] * channels + c]);
      assertEquals(expected, actual[i], "element " + i);
    }
    bench.clear();
  }

  /** A file's [n, k] and [k, n], each in two bands, against the same matrix made on the host. */
  static void pack(KernelBench bench, int n, int k, WeightType from, WeightType to) {
    var operators = new PackKernels(bench.kernels, to);
    float[] values = rounded(from, normal(bench.random, n * k));
    byte[] expected = bench.bytes(bench.matrix(to, values, n, k).data());

    DeviceBuffer straight = bench.allocate("weights", WeightMatrix.bytes(to, n, k));
    var matrix = new WeightMatrix(straight, to, n, k);
    DeviceBuffer file =
        bench.upload("file", MemorySegment.ofArray(encoded(from, values, 0, n * k)));
    int cut = n / 2;
    long row = (long) k * from.bytes();
    if (cut > 0) {
      operators.pack(bench.stream, file.slice(0, cut * row), from, 0, cut, matrix);
    }
    operators.pack(
        bench.stream, file.slice(cut * row, (n - cut) * row), from, cut, n - cut, matrix);
    assertArrayEquals(expected, bench.bytes(straight), from + " to " + to);

    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i % k * n + i / k] = values[i];
    }
    DeviceBuffer across = bench.allocate("weights", WeightMatrix.bytes(to, n, k));
    var transposed = new WeightMatrix(across, to, n, k);
    DeviceBuffer other =
        bench.upload("file", MemorySegment.ofArray(encoded(from, turned, 0, n * k)));
    cut = k / 2;
    row = (long) n * from.bytes();
    if (cut > 0) {
      operators.packTransposed(bench.stream, other.slice(0, cut * row), from, 0, cut, transposed);
    }
    operators.packTransposed(
        bench.stream, other.slice(cut * row, (k - cut) * row), from, cut, k - cut, transposed);
    assertArrayEquals(expected, bench.bytes(across), from + " to " + to + ", transposed");
    bench.clear();
  }

  private static float[] scaled(float[] x, double factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (x[i] * factor);
    }
    return x;
  }
}
