package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.Draw;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes what rows of logits are drawn by, as {@code common/sample_request.cuh} pictures it: a
 * record of fixed size per row, and behind offsets their lists. Made once, over memory that is
 * uploaded; filled anew for each step, it makes no Java objects.
 */
public final class SampleRequests {

  /** Size of a request. */
  public static final int BYTES = 136;

  private static final long TEMPERATURE = 0;
  private static final long TOP_P = 8;
  private static final long MIN_P = 16;
  private static final long TYPICAL_P = 24;
  private static final long REPETITION = 32;
  private static final long PRESENCE = 40;
  private static final long FREQUENCY = 48;
  private static final long SEED = 56;
  private static final long SEEN = 64;
  private static final long GENERATED = 72;
  private static final long BIAS_IDS = 80;
  private static final long BIASES = 88;
  private static final long ALLOWED = 96;
  private static final long TOP_K = 104;
  private static final long INDEX = 108;
  private static final long SAMPLE = 112;
  private static final long SEEN_COUNT = 116;
  private static final long BIAS_COUNT = 120;
  private static final long ALLOWED_WORDS = 124;
  private static final long SEEN_CAPACITY = 128;

  private static final int UNCONSTRAINED = -1;

  private final MemorySegment requests;
  private final MemorySegment lists;
  private final int allowedWords;
  private int rows;
  private long used;

  /**
   * @param requests {@value #BYTES} bytes per row, 8-byte aligned
   * @param lists {@link #listBytes} of all rows, 8-byte aligned
   * @param vocabSize V
   */
  public SampleRequests(MemorySegment requests, MemorySegment lists, int vocabSize) {
    this.requests = requests;
    this.lists = lists;
    this.allowedWords = words(vocabSize);
  }

  /**
   * Bytes that a row's lists take at most.
   *
   * @param seen ids that may have been seen, those drawn on the device included
   * @param biases tokens with a logit bias
   * @param vocabSize V
   */
  public static long listBytes(int seen, int biases, int vocabSize) {
    return 2 * ints(seen) + ints(biases) + 8L * biases + 8L * words(vocabSize);
  }

  /** Starts over with the first row. */
  public void begin() {
    rows = 0;
    used = 0;
  }

  /** Adds a row without room for further seen ids. */
  public void add(Draw draw) {
    add(draw, 0);
  }

  /**
   * Adds a row.
   *
   * @param more tokens that will be {@linkplain SamplingKernels#append appended} before the row is
   *     written again
   * @throws IndexOutOfBoundsException if requests or lists are full
   */
  public void add(Draw draw, int more) {
    long at = (long) BYTES * rows;
    Draw.Options options = draw.options();
    setDouble(at + TEMPERATURE, options.temperature());
    setDouble(at + TOP_P, options.topP());
    setDouble(at + MIN_P, options.minP());
    setDouble(at + TYPICAL_P, options.typicalP());
    setDouble(at + REPETITION, options.repetitionPenalty());
    setDouble(at + PRESENCE, options.presencePenalty());
    setDouble(at + FREQUENCY, options.frequencyPenalty());
    setLong(at + SEED, options.seed());
    setInt(at + TOP_K, options.topK());
    setInt(at + INDEX, draw.index());
    setInt(at + SAMPLE, options.sample());
    addSeen(at, draw, more);
    addBiases(at, draw);
    addAllowed(at, draw);
    rows++;
  }

  private void addSeen(long at, Draw draw, int more) {
    int count = draw.options().penalizes() ? draw.seen() : 0;
    int capacity = draw.options().penalizes() ? count + more : 0;
    setInt(at + SEEN_COUNT, count);
    setInt(at + SEEN_CAPACITY, capacity);
    setLong(at + SEEN, used);
    copy(draw.seenIds(), count);
    used += ints(capacity);
    setLong(at + GENERATED, used);
    copy(draw.seenGenerated(), count);
    used += ints(capacity);
  }

  private void addBiases(long at, Draw draw) {
    int count = draw.biasIds().length;
    setInt(at + BIAS_COUNT, count);
    setLong(at + BIAS_IDS, used);
    copy(draw.biasIds(), count);
    used += ints(count);
    setLong(at + BIASES, used);
    MemorySegment.copy(draw.biases(), 0, lists, ValueLayout.JAVA_DOUBLE, used, count);
    used += 8L * count;
  }

  private void addAllowed(long at, Draw draw) {
    int words = Math.min(draw.allowed().length, allowedWords);
    setInt(at + ALLOWED_WORDS, draw.isConstrained() ? words : UNCONSTRAINED);
    setLong(at + ALLOWED, used);
    MemorySegment.copy(draw.allowed(), 0, lists, ValueLayout.JAVA_LONG, used, words);
    used += 8L * words;
  }

  /** How many were added. */
  public int rows() {
    return rows;
  }

  /** How many bytes of the lists are used. */
  public long usedListBytes() {
    return used;
  }

  private void copy(int[] from, int count) {
    MemorySegment.copy(from, 0, lists, ValueLayout.JAVA_INT, used, count);
  }

  /** Of 64 tokens each. */
  private static int words(int vocabSize) {
    return Math.ceilDiv(vocabSize, 64);
  }

  /** Bytes of so many ints, with what keeps the next list aligned. */
  private static long ints(int count) {
    return 8L * Math.ceilDiv(count, 2);
  }

  private void setDouble(long at, double value) {
    requests.set(ValueLayout.JAVA_DOUBLE, at, value);
  }

  private void setLong(long at, long value) {
    requests.set(ValueLayout.JAVA_LONG, at, value);
  }

  private void setInt(long at, int value) {
    requests.set(ValueLayout.JAVA_INT, at, value);
  }
}
