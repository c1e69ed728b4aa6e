package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.driver.DeviceArena;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.driver.MemoryPlan;
import io.jgpt.engine.cuda.driver.MemoryPlan.Reservation;
import io.jgpt.engine.cuda.kernel.SampleRequests;
import io.jgpt.engine.cuda.kernel.SamplingKernels;

/**
 * What drawing tokens from R rows of logits takes.
 *
 * @param scores float64 [R, V]
 * @param ids int [R, V]
 * @param requests how each row is drawn from
 * @param lists what the requests point to
 * @param drawn int [R]
 */
record DrawBuffers(
    DeviceBuffer scores,
    DeviceBuffer ids,
    DeviceBuffer requests,
    DeviceBuffer lists,
    DeviceBuffer drawn) {

  /** Their memory before it is allocated. */
  record Layout(
      Reservation scores,
      Reservation ids,
      Reservation requests,
      Reservation lists,
      Reservation drawn) {

    /**
     * The lists have room for a row with a bias on every token, and for {@code rows} with none.
     *
     * @param rows R
     * @param tokens of a sequence and a completion at most
     */
    static Layout reserve(int rows, int tokens, int vocabSize, MemoryPlan.Group group) {
      int seen = Math.min(tokens, vocabSize);
      long lists =
          SampleRequests.listBytes(vocabSize, vocabSize, vocabSize)
              + rows * SampleRequests.listBytes(seen, 0, vocabSize);
      return new Layout(
          group.reserve("draw.scores", SamplingKernels.scoreBytes(rows, vocabSize)),
          group.reserve("draw.ids", SamplingKernels.idBytes(rows, vocabSize)),
          group.reserve("draw.requests", (long) rows * SampleRequests.BYTES),
          group.reserve("draw.lists", lists),
          group.reserve("draw.drawn", (long) rows * Integer.BYTES));
    }

    DrawBuffers in(DeviceArena arena) {
      return new DrawBuffers(
          arena.buffer(scores),
          arena.buffer(ids),
          arena.buffer(requests),
          arena.buffer(lists),
          arena.buffer(drawn));
    }
  }
}
