package io.jgpt.engine.cuda;

import io.jgpt.engine.Batch;
import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaGraph;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.driver.PinnedBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Runs steps: the arrays up, the forward pass, the logits down, all in one stream.
 *
 * <p>A step in which every slot decodes one token and wants its logits is the same work each time,
 * on the same addresses: it is captured as a graph when its number of slots first occurs, copies
 * included, and from then on it is one launch.
 */
final class StepRunner {

  /** Larger steps keep the device busy for longer than their launches take. */
  private static final int MAX_GRAPH_SLOTS = 64;

  private final CudaStream stream;
  private final CudaForward forward;
  private final StepArrays arrays;
  private final PinnedBuffer hostStep;
  private final DeviceBuffer deviceStep;
  private final PinnedBuffer hostLogits;
  private final DeviceBuffer deviceLogits;
  private final int headRows;
  private final int vocabSize;
  private final CudaGraph[] graphs = new CudaGraph[MAX_GRAPH_SLOTS + 1]; // by slots

  /**
   * @param activations where the forward pass leaves its results
   */
  StepRunner(
      CudaContext context,
      CudaStream stream,
      CudaForward forward,
      Activations activations,
      Activations.Limits limits,
      int vocabSize) {
    this.stream = stream;
    this.forward = forward;
    this.headRows = limits.headRows();
    this.vocabSize = vocabSize;
    deviceStep = activations.step();
    deviceLogits = activations.logits();
    hostStep = context.allocatePinned("step", Math.toIntExact(deviceStep.bytes()));
    hostLogits = context.allocatePinned("logits", Math.toIntExact(deviceLogits.bytes()));
    arrays = new StepArrays(hostStep.segment(), limits.tokens(), limits.pages());
  }

  /** Runs the batch's step; all of it is done when this returns, and nothing if this throws. */
  void run(Batch batch) {
    arrays.fill(batch);
    int slots = arrays.slots();
    boolean same = arrays.decodes() && arrays.downloads() == slots;
    if (same && slots <= Math.min(MAX_GRAPH_SLOTS, headRows)) {
      replay(batch, slots);
    } else {
      launchEach(batch);
    }
  }

  private void replay(Batch batch, int slots) {
    CudaGraph graph = graphs[slots];
    if (graph == null) {
      graph = stream.capture("decode of " + slots, this::queueDecode);
      graphs[slots] = graph;
    }
    graph.launch(stream);
    stream.synchronize();
    deliver(batch, 0, slots);
  }

  private void queueDecode() {
    queueLayers();
    queueLogits(0, arrays.wanted());
  }

  private void launchEach(Batch batch) {
    queueLayers();
    int wanted = arrays.downloads();
    for (int first = 0; first < wanted; first += headRows) {
      int count = Math.min(headRows, wanted - first);
      queueLogits(first, count);
      stream.synchronize();
      deliver(batch, first, count);
    }
    if (wanted == 0) {
      stream.synchronize(); // the host's arrays are about to be written again
    }
  }

  private void queueLayers() {
    long bytes = arrays.bytes();
    stream.upload(deviceStep.slice(0, bytes), hostStep.slice(0, bytes));
    forward.layers(stream, arrays.in(deviceStep));
  }

  private void queueLogits(int first, int count) {
    long picked = (long) Integer.BYTES * first;
    forward.logits(
        stream, arrays.in(deviceStep).wanted().slice(picked, (long) Integer.BYTES * count), count);
    long bytes = (long) Float.BYTES * count * vocabSize;
    stream.download(hostLogits.slice(0, bytes), deviceLogits.slice(0, bytes));
  }

  /** Copies the logits of the wanted rows from {@code first} on to the batch's arrays. */
  private void deliver(Batch batch, int first, int count) {
    MemorySegment logits = hostLogits.segment();
    for (int i = 0; i < count; i++) {
      int slot = arrays.slotOfWanted(first + i);
      boolean all = batch.wanted(slot) == Batch.Logits.ALL;
      int at = all ? arrays.tokenOfWanted(first + i) * vocabSize : 0;
      MemorySegment.copy(
          logits,
          ValueLayout.JAVA_FLOAT,
          (long) Float.BYTES * i * vocabSize,
          batch.logits(slot),
          at,
          vocabSize);
    }
  }

  /** After a failure: waits for what is still queued, which reads and writes memory of ours. */
  void drain(Throwable failure) {
    try {
      stream.synchronize();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
