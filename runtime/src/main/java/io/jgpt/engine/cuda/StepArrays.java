package io.jgpt.engine.cuda;

import io.jgpt.engine.Batch;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a step tells the kernels: int32 arrays one behind the other, in one block that is uploaded
 * in one copy. T tokens of B slots, R rows whose logits are wanted:
 *
 * <pre>
 *   tokens      [T]
 *   positions   [T]
 *   row_start   [B + 1]          first row of each slot; T at the end
 *   past        [B]              tokens that the slot's sequence held before
 *   wanted      [R]              rows: first those whose logits are downloaded, then those drawn from
 *   page_table  [B][max_pages]   the pages of each slot's sequence, as far as it has any
 * </pre>
 *
 * <p>Each begins at a multiple of 16 bytes. Where they lie depends on T, B and R alone: a graph of
 * a step that decodes, one token per slot, with T = B = R, finds them.
 */
final class StepArrays {

  private static final int ALIGNMENT = 4; // in ints

  private final MemorySegment host;
  private final int maxPages;
  private final int[] slotOfWanted;
  private final int[] tokenOfWanted;
  private int rows;
  private int slots;
  private int mostRows;
  private int downloads;
  private int wanted;
  private int positions;
  private int rowStart;
  private int past;
  private int wantedRows;
  private int pageTable;
  private int end;

  /**
   * @param host {@link #bytes} of memory that the device can copy from
   * @param maxTokens most tokens of a step
   * @param maxPages most pages of a sequence
   */
  StepArrays(MemorySegment host, int maxTokens, int maxPages) {
    this.host = host;
    this.maxPages = maxPages;
    this.slotOfWanted = new int[maxTokens];
    this.tokenOfWanted = new int[maxTokens];
  }

  /** Of the block, for steps up to {@code maxTokens} tokens. */
  static long bytes(int maxTokens, int maxPages) {
    long arrays = 5L * (maxTokens + ALIGNMENT) + (long) maxTokens * maxPages;
    return Integer.BYTES * (arrays + ALIGNMENT);
  }

  /** Writes the arrays of the batch's step. The sequences have pages for it. */
  void fill(Batch batch) {
    rows = batch.totalTokens();
    slots = batch.slots();
    countWanted(batch);
    layOut();
    mostRows = 0;
    int row = 0;
    for (int slot = 0; slot < slots; slot++) {
      mostRows = Math.max(mostRows, batch.count(slot));
      var sequence = (PagedSequence) batch.sequence(slot);
      int held = sequence.length();
      set(rowStart + slot, row);
      set(past + slot, held);
      for (int i = 0; i < batch.count(slot); i++, row++) {
        set(row, batch.token(slot, i));
        set(positions + row, held + i);
      }
      for (int page = 0; page < sequence.pages(); page++) {
        set(pageTable + slot * maxPages + page, sequence.page(page));
      }
    }
    set(rowStart + slots, row);
    fillWanted(batch);
  }

  private void countWanted(Batch batch) {
    downloads = 0;
    int draws = 0;
    for (int slot = 0; slot < slots; slot++) {
      downloads += batch.rowsOfLogits(slot);
      draws += batch.wanted(slot) == Batch.Logits.DRAW ? 1 : 0;
    }
    wanted = downloads + draws;
  }

  private void layOut() {
    positions = aligned(rows);
    rowStart = positions + aligned(rows);
    past = rowStart + aligned(slots + 1);
    wantedRows = past + aligned(slots);
    pageTable = wantedRows + aligned(wanted);
    end = pageTable + slots * maxPages;
  }

  private static int aligned(int count) {
    return Math.ceilDiv(count, ALIGNMENT) * ALIGNMENT;
  }

  private void fillWanted(Batch batch) {
    int download = 0;
    int draw = downloads;
    int end = 0;
    for (int slot = 0; slot < slots; slot++) {
      int count = batch.count(slot);
      end += count;
      if (batch.wanted(slot) == Batch.Logits.DRAW) {
        want(draw++, end - 1, slot, count - 1);
      }
      for (int i = count - batch.rowsOfLogits(slot); i < count; i++) {
        want(download++, end - count + i, slot, i);
      }
    }
  }

  private void want(int i, int row, int slot, int token) {
    set(wantedRows + i, row);
    slotOfWanted[i] = slot;
    tokenOfWanted[i] = token;
  }

  private void set(int index, int value) {
    host.setAtIndex(ValueLayout.JAVA_INT, index, value);
  }

  /** True if every slot has one token. */
  boolean decodes() {
    return rows == slots;
  }

  /** T. */
  int rows() {
    return rows;
  }

  /** B. */
  int slots() {
    return slots;
  }

  /** R. */
  int wanted() {
    return wanted;
  }

  /** How many of the wanted rows, from the first on, are downloaded. */
  int downloads() {
    return downloads;
  }

  /** How many of the wanted rows, the last ones, are drawn from. */
  int draws() {
    return wanted - downloads;
  }

  /** The slot that wants the {@code i}-th of the wanted rows. */
  int slotOfWanted(int i) {
    return slotOfWanted[i];
  }

  /** Which of its slot's tokens the {@code i}-th of the wanted rows is. */
  int tokenOfWanted(int i) {
    return tokenOfWanted[i];
  }

  /** The arrays as they will be found in a copy of the block. */
  Step in(DeviceBuffer copy) {
    return new Step(
        rows,
        slots,
        mostRows,
        ints(copy, tokensAt(), rows),
        ints(copy, positionsAt(), rows),
        ints(copy, rowStartAt(), slots + 1),
        ints(copy, pastAt(), slots),
        ints(copy, wantedAt(), Math.max(1, wanted)),
        ints(copy, pageTableAt(), slots * maxPages));
  }

  private static DeviceBuffer ints(DeviceBuffer block, long at, int count) {
    return block.slice(at, (long) Integer.BYTES * count);
  }

  /** Bytes of this step's arrays. */
  long bytes() {
    return (long) Integer.BYTES * end;
  }

  /** In bytes from the block's start, as are those below. */
  long tokensAt() {
    return 0;
  }

  long positionsAt() {
    return (long) Integer.BYTES * positions;
  }

  long rowStartAt() {
    return (long) Integer.BYTES * rowStart;
  }

  long pastAt() {
    return (long) Integer.BYTES * past;
  }

  long wantedAt() {
    return (long) Integer.BYTES * wantedRows;
  }

  long pageTableAt() {
    return (long) Integer.BYTES * pageTable;
  }
}
