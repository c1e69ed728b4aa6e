package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.driver.DeviceArena;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.driver.MemoryPlan;
import io.jgpt.engine.cuda.driver.MemoryPlan.Reservation;
import io.jgpt.engine.cuda.kernel.AttentionKernels;
import io.jgpt.engine.cuda.kernel.SplitSpace;
import io.jgpt.model.Gpt2Config;

/**
 * What a step computes on its way, allocated once for the largest one; float32 but for the step's
 * arrays.
 *
 * @param x [T, C] the residual stream
 * @param normed [T, C]
 * @param qkv [T, 3C]
 * @param attended [T, C]
 * @param hidden [T, F]
 * @param logits [H, V], H rows of the LM head at a time
 * @param partials of attention, of keys that are split
 * @param splits where blocks that share a tile of a linear layer meet
 * @param step the {@link StepArrays}
 */
record Activations(
    DeviceBuffer x,
    DeviceBuffer normed,
    DeviceBuffer qkv,
    DeviceBuffer attended,
    DeviceBuffer hidden,
    DeviceBuffer logits,
    DeviceBuffer partials,
    SplitSpace splits,
    DeviceBuffer step) {

  /**
   * The limits of a step.
   *
   * @param tokens most tokens, T
   * @param headRows rows of the LM head at a time, H
   * @param pages most pages of a sequence
   */
  record Limits(int tokens, int headRows, int pages) {}

  /** Their memory before it is allocated. */
  record Layout(
      Reservation x,
      Reservation normed,
      Reservation qkv,
      Reservation attended,
      Reservation hidden,
      Reservation logits,
      Reservation partials,
      Reservation parts,
      Reservation arrived,
      Reservation step) {

    static Layout reserve(Gpt2Config config, Limits limits, MemoryPlan.Group group) {
      long row = (long) Float.BYTES * limits.tokens();
      return new Layout(
          group.reserve("x", row * config.nEmbd()),
          group.reserve("normed", row * config.nEmbd()),
          group.reserve("qkv", row * 3 * config.nEmbd()),
          group.reserve("attended", row * config.nEmbd()),
          group.reserve("hidden", row * config.nInner()),
          group.reserve("logits", (long) Float.BYTES * limits.headRows() * config.vocabSize()),
          group.reserve(
              "attention.partials",
              AttentionKernels.partialBytes(
                  limits.tokens(), config.nHead(), config.headSize(), limits.pages())),
          group.reserve("linear.parts", SplitSpace.PARTS_BYTES),
          group.reserve("linear.arrived", SplitSpace.ARRIVED_BYTES),
          group.reserve("step", StepArrays.bytes(limits.tokens(), limits.pages())));
    }

    Activations in(DeviceArena arena) {
      return new Activations(
          arena.buffer(x),
          arena.buffer(normed),
          arena.buffer(qkv),
          arena.buffer(attended),
          arena.buffer(hidden),
          arena.buffer(logits),
          arena.buffer(partials),
          new SplitSpace(arena.buffer(parts), arena.buffer(arrived)),
          arena.buffer(step));
    }
  }
}
