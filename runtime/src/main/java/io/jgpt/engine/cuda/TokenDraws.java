package io.jgpt.engine.cuda;

import io.jgpt.engine.Batch;
import io.jgpt.engine.Draw;
import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.driver.PinnedBuffer;
import io.jgpt.engine.cuda.kernel.SampleRequests;
import io.jgpt.engine.cuda.kernel.SamplingKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Draws tokens from rows of logits on the device, as many rows at a time as its buffers hold: the
 * requests up, the draw, the tokens down.
 */
final class TokenDraws {

  private final SamplingKernels kernels;
  private final SampleRequests requests;
  private final DrawBuffers buffers;
  private final DeviceBuffer logits;
  private final PinnedBuffer hostRequests;
  private final PinnedBuffer hostLists;
  private final PinnedBuffer hostDrawn;
  private final int vocabSize;

  /**
   * @param logits [R, V], the rows that are drawn from
   */
  TokenDraws(
      CudaContext context,
      SamplingKernels kernels,
      DrawBuffers buffers,
      DeviceBuffer logits,
      int vocabSize) {
    this.kernels = kernels;
    this.buffers = buffers;
    this.logits = logits;
    this.vocabSize = vocabSize;
    hostRequests = pinned(context, buffers.requests());
    hostLists = pinned(context, buffers.lists());
    hostDrawn = pinned(context, buffers.drawn());
    requests = new SampleRequests(hostRequests.segment(), hostLists.segment(), vocabSize);
  }

  private static PinnedBuffer pinned(CudaContext context, DeviceBuffer buffer) {
    return context.allocatePinned(buffer.name(), Math.toIntExact(buffer.bytes()));
  }

  /**
   * Writes the requests of the wanted rows from {@code first} on, until one has no room; at least
   * one always has.
   *
   * @param most how many rows of logits there are
   * @return how many were written
   */
  int write(Batch batch, StepArrays arrays, int first, int most) {
    requests.begin();
    int count = 0;
    while (count < most) {
      Draw draw = batch.draw(arrays.slotOfWanted(first + count));
      int seen = draw.options().penalizes() ? draw.seen() : 0;
      long needed = SampleRequests.listBytes(seen, draw.biasIds().length, vocabSize);
      if (requests.usedListBytes() + needed > hostLists.bytes()) {
        break;
      }
      requests.add(draw);
      count++;
    }
    return count;
  }

  /** Bytes of the lists that the written requests point to. */
  long listBytes() {
    return requests.usedListBytes();
  }

  /** Bytes of all lists. */
  long maxListBytes() {
    return hostLists.bytes();
  }

  /**
   * Draws from the first {@code count} rows of logits as the written requests say.
   *
   * @param listBytes of the lists, at least {@link #listBytes}
   */
  void queue(CudaStream stream, int count, long listBytes) {
    long requestBytes = (long) SampleRequests.BYTES * count;
    stream.upload(buffers.requests().slice(0, requestBytes), hostRequests.slice(0, requestBytes));
    if (listBytes > 0) {
      stream.upload(buffers.lists().slice(0, listBytes), hostLists.slice(0, listBytes));
    }
    kernels.sample(
        stream,
        logits,
        buffers.requests(),
        buffers.lists(),
        buffers.scores(),
        buffers.ids(),
        buffers.drawn(),
        count,
        vocabSize);
    long drawnBytes = (long) Integer.BYTES * count;
    stream.download(hostDrawn.slice(0, drawnBytes), buffers.drawn().slice(0, drawnBytes));
  }

  /** Once the queued draw is done: tells each slot its token, or why there is none. */
  void answer(Batch batch, StepArrays arrays, int first, int count, CudaStream stream) {
    for (int i = 0; i < count; i++) {
      Draw draw = batch.draw(arrays.slotOfWanted(first + i));
      int drawn = hostDrawn.segment().getAtIndex(ValueLayout.JAVA_INT, i);
      if (drawn >= 0) {
        draw.drew(drawn);
      } else if (drawn == SamplingKernels.NO_TOKEN) {
        draw.noToken();
      } else {
        int id = SamplingKernels.badLogitId(drawn);
        draw.badLogit(id, logit(stream, i, id));
      }
    }
  }

  private float logit(CudaStream stream, int row, int id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_FLOAT);
      long at = Float.BYTES * ((long) row * vocabSize + id);
      stream.read(value, logits.slice(at, Float.BYTES));
      return value.get(ValueLayout.JAVA_FLOAT, 0);
    }
  }
}
