package io.jgpt.engine.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.engine.Draw;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Java writes is where the kernel looks: the offsets that its header asserts. */
class SampleRequestsTest {

  private static final int V = 100;
  private static final Path HEADER = Path.of("../kernels/src/main/cuda/common/sample_request.cuh");
  private static final Pattern OFFSET =
      Pattern.compile("offsetof\\(SampleRequest, (\\w+)\\) == (\\d+)");
  private static final Pattern SIZE = Pattern.compile("sizeof\\(SampleRequest\\) == (\\d+)");

  private final String header = read();

  private static String read() {
    try {
      return Files.readString(HEADER);
    } catch (IOException e) {
      throw new AssertionError(HEADER.toString(), e);
    }
  }

  private Map<String, Long> offsets() {
    Map<String, Long> offsets = new HashMap<>();
    OFFSET
        .matcher(header)
        .results()
        .forEach(m -> offsets.put(m.group(1), Long.valueOf(m.group(2))));
    return offsets;
  }

  @Test
  void everyFieldIsWhereTheKernelReadsIt() {
    Map<String, Long> at = offsets();
    var options = new Draw.Options(0.5, 41, 0.25, 0.125, 0.75, 1.5, 2.5, 3.5, -5, 6);
    var draw =
        new Draw(
            options,
            new int[] {7, 8, 9},
            new double[] {10.5, 11.5, 12.5},
            new int[] {1, 2, 3, 4, 5},
            new int[] {0, 1, 0, 2, 0});
    draw.next(13, 3, new long[] {21, 22, 23, 24});
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(2L * SampleRequests.BYTES, 8);
      MemorySegment lists = arena.allocate(2 * SampleRequests.listBytes(5, 3, V), 8);
      var requests = new SampleRequests(memory, lists, V);
      requests.begin();
      requests.add(draw);
      requests.add(draw, 2);

      assertEquals(2, requests.rows());
      MemorySegment r = memory.asSlice(SampleRequests.BYTES);
      assertEquals(0.5, r.get(ValueLayout.JAVA_DOUBLE, at.get("temperature")));
      assertEquals(0.25, r.get(ValueLayout.JAVA_DOUBLE, at.get("top_p")));
      assertEquals(0.125, r.get(ValueLayout.JAVA_DOUBLE, at.get("min_p")));
      assertEquals(0.75, r.get(ValueLayout.JAVA_DOUBLE, at.get("typical_p")));
      assertEquals(1.5, r.get(ValueLayout.JAVA_DOUBLE, at.get("repetition")));
      assertEquals(2.5, r.get(ValueLayout.JAVA_DOUBLE, at.get("presence")));
      assertEquals(3.5, r.get(ValueLayout.JAVA_DOUBLE, at.get("frequency")));
      assertEquals(-5, r.get(ValueLayout.JAVA_LONG, at.get("seed")));
      assertEquals(41, r.get(ValueLayout.JAVA_INT, at.get("top_k")));
      assertEquals(13, r.get(ValueLayout.JAVA_INT, at.get("index")));
      assertEquals(6, r.get(ValueLayout.JAVA_INT, at.get("sample")));
      assertEquals(3, r.get(ValueLayout.JAVA_INT, at.get("seen_count")));
      assertEquals(5, r.get(ValueLayout.JAVA_INT, at.get("seen_capacity")));
      assertEquals(3, r.get(ValueLayout.JAVA_INT, at.get("bias_count")));
      assertEquals(2, r.get(ValueLayout.JAVA_INT, at.get("allowed_words")), "no more than of V");
      assertArrayEquals(new int[] {1, 2, 3}, ints(lists, r, at.get("seen")));
      assertArrayEquals(new int[] {0, 1, 0}, ints(lists, r, at.get("generated")));
      assertArrayEquals(new int[] {7, 8, 9}, ints(lists, r, at.get("bias_ids")));
      long biases = r.get(ValueLayout.JAVA_LONG, at.get("biases"));
      assertEquals(12.5, lists.get(ValueLayout.JAVA_DOUBLE, biases + 16));
      long allowed = r.get(ValueLayout.JAVA_LONG, at.get("allowed"));
      assertEquals(22, lists.get(ValueLayout.JAVA_LONG, allowed + 8));
    }
    assertEquals(20, at.size());
  }

  private static int[] ints(MemorySegment lists, MemorySegment request, long field) {
    long at = request.get(ValueLayout.JAVA_LONG, field);
    return lists.asSlice(at, 12).toArray(ValueLayout.JAVA_INT);
  }

  @Test
  void aRequestIsAsLargeAsTheKernels() {
    var size = SIZE.matcher(header);
    assertEquals(true, size.find());
    assertEquals(SampleRequests.BYTES, Integer.parseInt(size.group(1)));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    var options = new Draw.Options(1, 0, 1, 0, 1, 2, 0, 0, 0, 0);
    var draw = new Draw(options, new int[0], new double[0], new int[9], new int[9]);
    draw.next(0, 9);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SampleRequests.BYTES, 8);
      var requests = new SampleRequests(memory, arena.allocate(32, 8), V);
      assertThrows(IndexOutOfBoundsException.class, () -> requests.add(draw));
    }
  }
}
