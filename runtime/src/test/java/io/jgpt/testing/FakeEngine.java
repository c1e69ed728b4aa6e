package io.jgpt.testing;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Draw;
import io.jgpt.engine.Engine;
import io.jgpt.engine.EngineInfo;
import io.jgpt.engine.KvSequence;
import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * An engine without a model: the logits after a token depend on every token before it, so that
 * whoever forgets, repeats or mixes up one gets other logits. Holds its user to the contract of
 * {@link Engine}, and can be made to fail, to wait and to run out of memory.
 */
public final class FakeEngine implements Engine {

  private final int vocabSize;
  private final int contextLength;
  private final int maxBatchTokens;
  private final List<int[]> steps = new ArrayList<>();
  private Consumer<Batch> beforeStep = batch -> {};
  private int[] script = {};
  private int scriptFrom;
  private int memoryTokens = Integer.MAX_VALUE;
  private long maxKvTokens = Long.MAX_VALUE;
  private Optional<BiConsumer<Draw, float[]>> drawer = Optional.empty();
  private int spoiledAt = -1;
  private int spoiledId;
  private float spoiledLogit;
  private Runnable onCloseSequence = () -> {};
  private final float[] drawnFrom;
  private int drawn;
  private boolean recording = true;
  private Thread owner;
  private final AtomicInteger openTokens = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  public FakeEngine(int vocabSize, int contextLength, int maxBatchTokens) {
    this.vocabSize = vocabSize;
    this.contextLength = contextLength;
    this.maxBatchTokens = maxBatchTokens;
    drawnFrom = new float[vocabSize];
  }

  /** Called before each step by the thread that drives the engine; may throw or wait. */
  public FakeEngine beforeStep(Consumer<Batch> action) {
    beforeStep = action;
    return this;
  }

  /** Makes {@code ids} by far the most probable tokens at the positions from {@code from} on. */
  public FakeEngine script(int from, int... ids) {
    scriptFrom = from;
    script = ids;
    return this;
  }

  /** There is memory for this many tokens. */
  public FakeEngine memory(int tokens) {
    memoryTokens = tokens;
    return this;
  }

  /** All sequences together may be given room for this many tokens. */
  public FakeEngine maxKvTokens(long tokens) {
    maxKvTokens = tokens;
    return this;
  }

  /** The engine draws tokens: {@code drawer} answers, given a row of logits. */
  public FakeEngine drawing(BiConsumer<Draw, float[]> drawer) {
    this.drawer = Optional.of(drawer);
    return this;
  }

  /** Makes {@code logit} the logit of {@code id} after {@code position} tokens. */
  public FakeEngine spoil(int position, int id, float logit) {
    spoiledAt = position;
    spoiledId = id;
    spoiledLogit = logit;
    return this;
  }

  /** Called when a sequence is closed; may throw, and then the memory is gone all the same. */
  public FakeEngine onCloseSequence(Runnable action) {
    onCloseSequence = action;
    return this;
  }

  /** Steps are not remembered: nothing is allocated. */
  public FakeEngine forgetful() {
    recording = false;
    return this;
  }

  /** The slots' token counts of each step so far. */
  public synchronized List<int[]> steps() {
    return List.copyOf(steps);
  }

  /** How many tokens the engine has drawn. */
  public int drawn() {
    return drawn;
  }

  /** Tokens that open sequences have room for. */
  public int openTokens() {
    return openTokens.get();
  }

  /** How often the engine was closed. */
  public int closed() {
    return closed.get();
  }

  @Override
  public EngineInfo info() {
    return new EngineInfo("fake", "no device", DType.F32, 0, 0, 0, 1);
  }

  @Override
  public int vocabSize() {
    return vocabSize;
  }

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public int maxBatchTokens() {
    return maxBatchTokens;
  }

  @Override
  public long maxKvTokens() {
    return maxKvTokens;
  }

  @Override
  public boolean drawsTokens() {
    return drawer.isPresent();
  }

  @Override
  public KvSequence newSequence(int capacity) {
    requireOwner();
    require(capacity >= 1 && capacity <= contextLength, "capacity");
    if (openTokens.get() + capacity > memoryTokens) {
      throw new DeviceException("scheduler.kv", capacity, memoryTokens - openTokens.get());
    }
    return new Sequence(capacity);
  }

  @Override
  public void forward(Batch batch) {
    requireOwner();
    require(closed.get() == 0, "closed");
    require(batch.totalTokens() <= maxBatchTokens, "batch too large");
    if (recording) {
      record(batch);
    }
    beforeStep.accept(batch);
    for (int slot = 0; slot < batch.slots(); slot++) {
      ((Sequence) batch.sequence(slot)).append(batch, slot);
    }
  }

  private synchronized void record(Batch batch) {
    int[] counts = new int[batch.slots()];
    Arrays.setAll(counts, batch::count);
    steps.add(counts);
  }

  @Override
  public double readBandwidth() {
    requireOwner();
    return 1e9;
  }

  @Override
  public void close() {
    requireOwner();
    closed.incrementAndGet();
    openTokens.set(0);
  }

  private void requireOwner() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    require(owner == Thread.currentThread(), "several threads");
  }

  /** The text is constant, since tests count what a step allocates. */
  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("against the engine's contract: " + what);
    }
  }

  /** The prefix as a chain of hashes. */
  private final class Sequence implements KvSequence {
    private final long[] hashes;
    private int length;
    private boolean open = true;

    Sequence(int capacity) {
      hashes = new long[capacity];
      openTokens.addAndGet(capacity);
    }

    void append(Batch batch, int slot) {
      require(open, "closed sequence");
      int count = batch.count(slot);
      require(count >= 1 && length + count <= hashes.length, "beyond the capacity");
      for (int i = 0; i < count; i++) {
        int id = batch.token(slot, i);
        require(id >= 0 && id < vocabSize, "token outside the vocabulary");
        long before = length == 0 ? 1 : hashes[length - 1];
        hashes[length++] = mix(before * 31 + id);
        boolean last = i == count - 1;
        switch (batch.wanted(slot)) {
          case ALL -> logits(batch.logits(slot), i * vocabSize);
          case LAST -> {
            if (last) {
              logits(batch.logits(slot), 0);
            }
          }
          case DRAW -> {
            if (last) {
              draw(batch.draw(slot));
            }
          }
          case NONE -> {}
        }
      }
    }

    private void draw(Draw draw) {
      require(drawer.isPresent(), "asked to draw");
      logits(drawnFrom, 0);
      drawer.get().accept(draw, drawnFrom);
      drawn++;
    }

    private void logits(float[] row, int offset) {
      long hash = hashes[length - 1];
      for (int id = 0; id < vocabSize; id++) {
        row[offset + id] = (mix(hash + id) >>> 40) * 0x1p-22f; // 0 to 4
      }
      int at = length - scriptFrom;
      if (at >= 0 && at < script.length) {
        row[offset + script[at]] = 1000;
      }
      if (length == spoiledAt) {
        row[offset + spoiledId] = spoiledLogit;
      }
    }

    private static long mix(long x) {
      x = (x ^ (x >>> 33)) * 0xff51afd7ed558ccdL;
      x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
      return x ^ (x >>> 33);
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public int capacity() {
      return hashes.length;
    }

    @Override
    public void truncate(int length) {
      requireOwner();
      require(length >= 0 && length <= this.length, "truncate");
      this.length = length;
    }

    @Override
    public void close() {
      requireOwner();
      if (open) {
        open = false;
        openTokens.addAndGet(-hashes.length);
        onCloseSequence.run();
      }
    }
  }
}
