package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceBuffer;

/**
 * Draws tokens where the logits are. For equal logits and options the token is the one that {@code
 * io.jgpt.sampling} draws, bit for bit. Requests are read from device memory, so that a captured
 * launch serves every step of as many rows.
 */
public final class SamplingKernels {

  /** What is drawn where no token is possible. */
  public static final int NO_TOKEN = -1;

  /** V: with more, sums of weights could overflow, and a bit per token might not fit a block. */
  public static final int MAX_VOCAB_SIZE = 1 << 18;

  private static final int FIRST_BAD = -2;

  private final Kernel sample;
  private final Kernel append;

  public SamplingKernels(KernelSet kernels) {
    sample = kernels.kernel(KernelFamily.SAMPLE);
    append = kernels.kernel(KernelFamily.TOKEN_APPEND);
  }

  /** Bytes of the scores' workspace. */
  public static long scoreBytes(int rows, int vocabSize) {
    return 8L * rows * vocabSize;
  }

  /** Bytes of the ids' workspace. */
  public static long idBytes(int rows, int vocabSize) {
    return 4L * rows * vocabSize;
  }

  /** True if what was drawn says that a logit is NaN or infinite. */
  public static boolean isBadLogit(int drawn) {
    return drawn <= FIRST_BAD;
  }

  /** The lowest id with such a logit. */
  public static int badLogitId(int drawn) {
    return FIRST_BAD - drawn;
  }

  /**
   * Draws a token per row.
   *
   * @param logits float32 [rows][V]
   * @param requests as {@link SampleRequests} writes them
   * @param lists theirs, of any size above 0
   * @param scores workspace of {@link #scoreBytes}
   * @param ids workspace of {@link #idBytes}
   * @param drawn int [rows]: a token, {@link #NO_TOKEN}, or what {@link #isBadLogit} tells
   * @param vocabSize V, up to {@value #MAX_VOCAB_SIZE}
   */
  public void sample(
      CudaStream stream,
      DeviceBuffer logits,
      DeviceBuffer requests,
      DeviceBuffer lists,
      DeviceBuffer scores,
      DeviceBuffer ids,
      DeviceBuffer drawn,
      int rows,
      int vocabSize) {
    Shapes.requirePositive("rows", rows);
    Shapes.requirePositive("vocabSize", vocabSize);
    if (vocabSize > MAX_VOCAB_SIZE) {
      throw new IllegalArgumentException(
          "vocabSize is " + vocabSize + "; at most " + MAX_VOCAB_SIZE);
    }
    Shapes.require(logits, (long) rows * vocabSize);
    Shapes.requireBytes(requests, (long) SampleRequests.BYTES * rows);
    Shapes.requireBytes(scores, scoreBytes(rows, vocabSize));
    Shapes.requireBytes(ids, idBytes(rows, vocabSize));
    Shapes.require(drawn, rows);
    sample
        .begin()
        .putAddress(logits)
        .putAddress(requests)
        .putAddress(lists)
        .putAddress(scores)
        .putAddress(ids)
        .putAddress(drawn)
        .putInt(vocabSize);
    sample.launch(
        stream, rows, 1, 1, LaunchTable.SAMPLE_THREADS, LaunchTable.sampleShared(vocabSize));
  }

  /**
   * Makes what was drawn the input of the next step, of one token per row: its token, position and
   * past, the request's index, and the token's place among those seen, for which {@link
   * SampleRequests#add(io.jgpt.engine.Draw, int)} has left room. A row without a token stays as it
   * is.
   *
   * @param drawn int [rows], of {@link #sample}
   * @param tokens int [rows]
   * @param positions int [rows]
   * @param past int [rows]
   */
  public void append(
      CudaStream stream,
      DeviceBuffer drawn,
      DeviceBuffer requests,
      DeviceBuffer lists,
      DeviceBuffer tokens,
      DeviceBuffer positions,
      DeviceBuffer past,
      int rows) {
    Shapes.requirePositive("rows", rows);
    Shapes.require(drawn, rows);
    Shapes.requireBytes(requests, (long) SampleRequests.BYTES * rows);
    Shapes.require(tokens, rows);
    Shapes.require(positions, rows);
    Shapes.require(past, rows);
    append
        .begin()
        .putAddress(drawn)
        .putAddress(requests)
        .putAddress(lists)
        .putAddress(tokens)
        .putAddress(positions)
        .putAddress(past);
    append.launch(stream, rows, LaunchTable.APPEND_THREADS);
  }
}
