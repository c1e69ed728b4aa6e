package io.jgpt.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Draw;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a step uploads, read back as a kernel would; no device is needed for it. */
class StepArraysTest {

  private static final int MAX_TOKENS = 20;
  private static final int MAX_PAGES = 3;

  private final KvPages pool = new KvPages(new int[] {7, 2, 5, 0, 1, 3, 4, 6, 8, 9, 10, 11});
  private final MemorySegment host =
      Arena.ofAuto().allocate(StepArrays.bytes(MAX_TOKENS, MAX_PAGES), 16);
  private final StepArrays arrays = new StepArrays(host, MAX_TOKENS, MAX_PAGES);

  private PagedSequence sequence(int past, int count) {
    PagedSequence sequence = pool.open(MAX_PAGES * KvPages.PAGE_TOKENS).orElseThrow();
    sequence.makeRoom(past + count);
    sequence.grow(past);
    return sequence;
  }

  private int[] ints(long at, int count) {
    assertEquals(0, at % 16);
    assertTrue(at + 4L * count <= arrays.bytes());
    return IntStream.range(0, count)
        .map(i -> host.get(ValueLayout.JAVA_INT, at + 4L * i))
        .toArray();
  }

  @Test
  void aRaggedStep() {
    var batch = new Batch();
    int[] ids = {11, 12, 13, 14, 15, 16};
    batch.add(sequence(30, 3), ids, 1, 3, Batch.Logits.LAST, new float[0]); // pages 7, 2
    batch.add(sequence(0, 2), ids, 0, 2, Batch.Logits.NONE, new float[0]); // page 5
    batch.add(sequence(1, 1), ids, 0, 1, new Draw(null, null, null, null, null)); // page 0
    batch.add(sequence(64, 2), ids, 4, 2, Batch.Logits.ALL, new float[0]); // pages 1, 3, 4
    arrays.fill(batch);

    assertFalse(arrays.decodes());
    assertArrayEquals(new int[] {12, 13, 14, 11, 12, 11, 15, 16}, ints(arrays.tokensAt(), 8));
    assertArrayEquals(new int[] {30, 31, 32, 0, 1, 1, 64, 65}, ints(arrays.positionsAt(), 8));
    assertArrayEquals(new int[] {0, 3, 5, 6, 8}, ints(arrays.rowStartAt(), 5));
    assertArrayEquals(new int[] {30, 0, 1, 64}, ints(arrays.pastAt(), 4));
    // What is drawn from comes after what is downloaded.
    assertEquals(4, arrays.wanted());
    assertEquals(3, arrays.downloads());
    assertArrayEquals(new int[] {2, 6, 7, 5}, ints(arrays.wantedAt(), 4));
    assertArrayEquals(new int[] {0, 3, 3, 2}, each(arrays::slotOfWanted));
    assertArrayEquals(new int[] {2, 0, 1, 0}, each(arrays::tokenOfWanted));
    int[] table = ints(arrays.pageTableAt(), 12);
    assertArrayEquals(new int[] {7, 2}, Arrays.copyOfRange(table, 0, 2));
    assertEquals(5, table[3]);
    assertEquals(0, table[6]);
    assertArrayEquals(new int[] {1, 3, 4}, Arrays.copyOfRange(table, 9, 12));
  }

  private int[] each(IntUnaryOperator ofWanted) {
    return IntStream.range(0, arrays.wanted()).map(ofWanted).toArray();
  }

  @Test
  void whereADecodingStepsArraysLieDependsOnTheSlotsAlone() {
    var batch = new Batch();
    for (int slot = 0; slot < 3; slot++) {
      batch.add(sequence(slot, 1), new int[1], 0, 1, Batch.Logits.LAST, new float[0]);
    }
    arrays.fill(batch);
    assertTrue(arrays.decodes());
    long[] before = layout();

    batch.clear();
    pool.closeAll();
    for (int slot = 0; slot < 3; slot++) {
      batch.add(sequence(40, 1), new int[1], 0, 1, Batch.Logits.ALL, new float[0]);
    }
    arrays.fill(batch);
    assertArrayEquals(before, layout());
    assertArrayEquals(new int[] {0, 1, 2}, ints(arrays.wantedAt(), arrays.wanted()));
  }

  private long[] layout() {
    return new long[] {
      arrays.tokensAt(),
      arrays.positionsAt(),
      arrays.rowStartAt(),
      arrays.pastAt(),
      arrays.wantedAt(),
      arrays.pageTableAt(),
      arrays.bytes()
    };
  }

  @Test
  void theLargestStepFits() {
    var batch = new Batch();
    var many = new KvPages(IntStream.range(0, MAX_TOKENS).toArray());
    for (int slot = 0; slot < MAX_TOKENS; slot++) {
      PagedSequence sequence = many.open(1).orElseThrow();
      sequence.makeRoom(1);
      batch.add(sequence, new int[1], 0, 1, Batch.Logits.ALL, new float[0]);
    }
    arrays.fill(batch);
    assertTrue(arrays.bytes() <= host.byteSize());
  }
}
