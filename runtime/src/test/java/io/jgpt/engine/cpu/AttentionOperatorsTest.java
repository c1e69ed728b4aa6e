package io.jgpt.engine.cpu;

import static io.jgpt.engine.cpu.OperatorTrial.onAnyThreads;
import static io.jgpt.engine.cpu.OperatorTrial.segment;
import static io.jgpt.testing.ErrorBound.twiceNaive;
import static io.jgpt.testing.RandomTensors.normal;

import io.jgpt.testing.ReferenceOperators;
import io.jgpt.testing.ReferenceOperators.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link OperatorsTest}, for attention over several sequences at once. */
class AttentionOperatorsTest {

  private final ReferenceOperators exact = new ReferenceOperators(Precision.DOUBLE);
  private final ReferenceOperators naive = new ReferenceOperators(Precision.SINGLE);
  private final Random random = new Random(8);

  /** Heads, head size, and for each slot its rows and the tokens before them. */
  record Attention(int heads, int size, List<Integer> counts, List<Integer> pasts) {
    @Override
    public String toString() {
      return "NH=%d HS=%d T=%s after %s".formatted(heads, size, counts, pasts);
    }
  }

  static Stream<Arguments> setsAndAttention() {
    var shapes =
        List.of(
            new Attention(1, 1, List.of(1), List.of(0)),
            new Attention(3, 13, List.of(1, 1, 1), List.of(0, 111, 600)),
            new Attention(2, 64, List.of(207), List.of(0)),
            new Attention(1, 111, List.of(13, 1, 5), List.of(300, 255, 254)),
            new Attention(1, 256, List.of(2, 49), List.of(256, 79)));
    return OperatorSets.all().stream()
        .flatMap(set -> shapes.stream().map(shape -> Arguments.of(set, shape)));
  }

  /** Caches are full of NaN where no token lies: reading there would show. */
  @ParameterizedTest
  @MethodSource("setsAndAttention")
  void attention(OperatorSets.Named set, Attention s) {
    int c = s.heads * s.size;
    int rows = s.counts.stream().mapToInt(Integer::intValue).sum();
    float scale = (float) (1 / Math.sqrt(s.size));
    float[] qkv = normal(random, rows * 3 * c);
    int layers = 2;
    int layer = 1;
    var caches = new ArrayList<float[]>();
    for (int slot = 0; slot < s.counts.size(); slot++) {
      int capacity = capacity(s, slot);
      float[] cache = normal(random, layers * 2 * s.heads * capacity * s.size);
      for (int i = 0; i < cache.length; i++) {
        if (i / s.size % capacity >= s.pasts.get(slot)) {
          cache[i] = Float.NaN;
        }
      }
      caches.add(cache);
    }
    float[] actual =
        onAnyThreads(
            set,
            rows * c,
            (operators, out) -> {
              try (Arena arena = Arena.ofShared()) {
                var slots = new AttentionSlots(arena, s.counts.size());
                int row = 0;
                for (int i = 0; i < s.counts.size(); i++) {
                  MemorySegment kv = segment(arena, caches.get(i));
                  slots.add(kv, row, s.counts.get(i), s.pasts.get(i), capacity(s, i));
                  row += s.counts.get(i);
                }
                MemorySegment in = segment(arena, qkv);
                operators.attention(in, slots, layer, s.heads, s.size, scale, out);
              }
            });
    double[] expected = new double[rows * c];
    double[] tolerated = new double[rows * c];
    int row = 0;
    for (int slot = 0; slot < s.counts.size(); slot++) {
      for (int t = 0; t < s.counts.get(slot); t++, row++) {
        for (int head = 0; head < s.heads; head++) {
          int at = row * 3 * c + head * s.size;
          float[] q = Arrays.copyOfRange(qkv, at, at + s.size);
          float[] keys = seen(s, slot, caches.get(slot), qkv, row - t, t, layer * 2, head, c);
          float[] values =
              seen(s, slot, caches.get(slot), qkv, row - t, t, layer * 2 + 1, head, 2 * c);
          int to = row * c + head * s.size;
          System.arraycopy(exact.attention(q, keys, values, scale), 0, expected, to, s.size);
          System.arraycopy(naive.attention(q, keys, values, scale), 0, tolerated, to, s.size);
        }
      }
    }
    twiceNaive("", expected, tolerated, actual);
  }

  private static int capacity(Attention s, int slot) {
    return s.counts.get(slot) + s.pasts.get(slot) + slot;
  }

  /** Keys or values that row t sees: those of the cache, then the step's own. */
  private static float[] seen(
      Attention s,
      int slot,
      float[] cache,
      float[] qkv,
      int firstRow,
      int t,
      int block,
      int head,
      int offset) {
    int past = s.pasts.get(slot);
    float[] result = new float[(past + t + 1) * s.size];
    int start = (block * s.heads + head) * capacity(s, slot) * s.size;
    System.arraycopy(cache, start, result, 0, past * s.size);
    for (int i = 0; i <= t; i++) {
      int from = (firstRow + i) * 3 * s.heads * s.size + offset + head * s.size;
      System.arraycopy(qkv, from, result, (past + i) * s.size, s.size);
    }
    return result;
  }
}
