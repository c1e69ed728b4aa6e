package io.jgpt.engine.cpu;

import static io.jgpt.engine.EngineFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.Batch;
import io.jgpt.model.DType;
import io.jgpt.testing.GoldenModel;
import io.jgpt.testing.JsonTree;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every step inside the forward pass against activations that somebody else published, computed by
 * other code than transformers: nano-sort's {@code reference-partials.json}, [3, 11] ids.
 */
class NanoSortActivationsTest {

  private static final double TOLERANCE = 2e-6;
  private static final int TEXTS = 3;
  private static final int LENGTH = 11;

  static List<OperatorSets.Named> sets() {
    return OperatorSets.all();
  }

  /** The result of an operator. */
  private record Seen(String operator, List<Float> values) {}

  @ParameterizedTest
  @MethodSource("sets")
  void everyPublishedActivation(OperatorSets.Named set) {
    var golden = GoldenModel.named("models/nano-sort");
    Map<String, Object> published = JsonTree.read(golden.path().resolve("reference-partials.json"));
    List<Seen> seen = run(golden, set, floats(published, "idx"));

    // What the file names in block 0, in the order in which the operators produce it.
    List<String> names = List.of("x", "ln1", "qkv", "y", "attnResid", "ln2", "gelu", "mlpResid");
    for (int i = 0; i < names.size(); i++) {
      compare(published, names.get(i), seen.get(i));
    }
    compare(published, "block0", seen.get(7));
    compare(published, "block1", seen.get(14));
    compare(published, "block2", seen.get(21));
    // The head takes its rows in blocks: layer norm, linear, layer norm, ...
    compare(published, "ln_f", joined(seen, "layerNorm", 22));
    compare(published, "lm_head", joined(seen, "linear", 22));
  }

  private static List<Seen> run(GoldenModel golden, OperatorSets.Named set, float[] ids) {
    List<Seen> seen = new ArrayList<>();
    var memory = new NativeMemory(() -> Long.MAX_VALUE);
    var operators =
        new ObservedOperators(
            set.open(2, memory),
            new ObservedOperators.Observer() {
              @Override
              public void after(String operator, MemorySegment out, int rows, int columns) {
                var values = new ArrayList<Float>();
                for (int i = 0; i < rows * columns; i++) {
                  values.add(out.getAtIndex(ValueLayout.JAVA_FLOAT, i));
                }
                seen.add(new Seen(operator, values));
              }
            });
    try (var model = golden.open();
        var engine =
            CpuEngine.open(
                model.config(),
                model.weights(),
                CpuEngineFixture.options(model.config(), DType.F32, 2),
                operators,
                memory)) {
      var batch = new Batch();
      for (int text = 0; text < TEXTS; text++) {
        int[] tokens = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
          tokens[i] = (int) ids[text * LENGTH + i];
        }
        float[] logits = new float[LENGTH * engine.vocabSize()];
        batch.add(engine.newSequence(LENGTH), tokens, 0, LENGTH, Batch.Logits.ALL, logits);
      }
      engine.forward(batch);
    }
    return seen;
  }

  private static Seen joined(List<Seen> seen, String operator, int from) {
    List<Float> values = new ArrayList<>();
    seen.subList(from, seen.size()).stream()
        .filter(s -> s.operator().equals(operator))
        .forEach(s -> values.addAll(s.values()));
    return new Seen(operator, values);
  }

  private static void compare(Map<String, Object> published, String name, Seen seen) {
    float[] expected = floats(published, name);
    assertEquals(expected.length, seen.values().size(), name);
    float[] actual = new float[expected.length];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = seen.values().get(i);
    }
    double error = error(actual, expected);
    assertTrue(error <= TOLERANCE, name + ": " + error);
  }

  private static float[] floats(Map<String, Object> published, String name) {
    var data = JsonTree.fields(published.get(name)).get("data").toString();
    var buffer = ByteBuffer.wrap(Base64.getDecoder().decode(data));
    float[] values = new float[buffer.remaining() / Float.BYTES];
    buffer.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
