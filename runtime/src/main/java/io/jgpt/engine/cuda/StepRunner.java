package io.jgpt.engine.cuda;

import io.jgpt.engine.Batch;
import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.driver.PinnedBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Runs steps: the arrays up, the forward pass, logits or tokens down, all in one stream.
 *
 * <p>A step in which every slot decodes one token, and all want their logits or all a draw, is the
 * same work each time, on the same addresses: {@link DecodeGraphs} records it when its number of
 * slots first occurs, copies included, and from then on it is one launch.
 */
final class StepRunner {

  private final CudaStream stream;
  private final CudaForward forward;
  private final StepArrays arrays;
  private final PinnedBuffer hostStep;
  private final DeviceBuffer deviceStep;
  private final PinnedBuffer hostLogits;
  private final DeviceBuffer deviceLogits;
  private final Optional<TokenDraws> draws;
  private final DecodeGraphs graphs;
  private final int headRows;
  private final int vocabSize;
  // Made once: steady decoding makes no objects.
  private final Runnable logitsOfDecode = this::queueLogitsOfDecode;
  private final LongConsumer drawOfDecode = this::queueDrawOfDecode;

  /**
   * @param activations where the forward pass leaves its results
   * @param draws empty if no slot will want one
   */
  StepRunner(
      CudaContext context,
      CudaStream stream,
      CudaForward forward,
      Activations activations,
      Activations.Limits limits,
      Optional<TokenDraws> draws,
      int vocabSize) {
    this.stream = stream;
    this.forward = forward;
    this.draws = draws;
    this.headRows = limits.headRows();
    this.vocabSize = vocabSize;
    deviceStep = activations.step();
    deviceLogits = activations.logits();
    hostStep = context.allocatePinned("step", Math.toIntExact(deviceStep.bytes()));
    hostLogits = context.allocatePinned("logits", Math.toIntExact(deviceLogits.bytes()));
    arrays = new StepArrays(hostStep.segment(), limits.tokens(), limits.pages());
    graphs = new DecodeGraphs(stream, headRows);
  }

  /** Runs the batch's step; all of it is done when this returns. */
  void run(Batch batch) {
    arrays.fill(batch);
    int slots = arrays.slots();
    boolean decodes = arrays.decodes() && slots <= graphs.maxSlots();
    if (decodes && arrays.downloads() == slots) {
      graphs.logits(slots, logitsOfDecode).launch(stream);
      stream.synchronize();
      deliver(batch, 0, slots);
    } else if (decodes && arrays.draws() == slots && writeDraws(batch, 0, slots) == slots) {
      drawReplaying(batch, slots);
    } else {
      launchEach(batch);
    }
  }

  private void drawReplaying(Batch batch, int slots) {
    TokenDraws drawing = draws.orElseThrow();
    graphs.draws(slots, drawing.listBytes(), drawOfDecode).launch(stream);
    stream.synchronize();
    drawing.answer(batch, arrays, 0, slots, stream);
  }

  private void queueLogitsOfDecode() {
    queueLayers();
    queueHead(0, arrays.wanted());
    queueDownload(arrays.wanted());
  }

  private void queueDrawOfDecode(long listBytes) {
    TokenDraws drawing = draws.orElseThrow();
    queueLayers();
    queueHead(0, arrays.wanted());
    drawing.queue(stream, arrays.wanted(), Math.min(listBytes, drawing.maxListBytes()));
  }

  private void launchEach(Batch batch) {
    queueLayers();
    for (int first = 0; first < arrays.downloads(); first += headRows) {
      int count = Math.min(headRows, arrays.downloads() - first);
      queueHead(first, count);
      queueDownload(count);
      stream.synchronize();
      deliver(batch, first, count);
    }
    int first = arrays.downloads();
    while (first < arrays.wanted()) {
      TokenDraws drawing = draws.orElseThrow();
      int count = writeDraws(batch, first, Math.min(headRows, arrays.wanted() - first));
      queueHead(first, count);
      drawing.queue(stream, count, drawing.listBytes());
      stream.synchronize();
      drawing.answer(batch, arrays, first, count, stream);
      first += count;
    }
    if (arrays.wanted() == 0) {
      stream.synchronize(); // the host's arrays are about to be written again
    }
  }

  private int writeDraws(Batch batch, int first, int most) {
    return draws.orElseThrow().write(batch, arrays, first, most);
  }

  private void queueLayers() {
    long bytes = arrays.bytes();
    stream.upload(deviceStep.slice(0, bytes), hostStep.slice(0, bytes));
    forward.layers(stream, arrays.in(deviceStep));
  }

  /** The logits of the wanted rows from {@code first} on. */
  private void queueHead(int first, int count) {
    DeviceBuffer wanted = arrays.in(deviceStep).wanted();
    long at = (long) Integer.BYTES * first;
    forward.logits(stream, wanted.slice(at, (long) Integer.BYTES * count), count);
  }

  private void queueDownload(int count) {
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
