package io.jgpt.engine.cpu;

import com.sun.management.OperatingSystemMXBean;
import io.jgpt.engine.Batch;
import io.jgpt.engine.BatchCheck;
import io.jgpt.engine.Engine;
import io.jgpt.engine.EngineInfo;
import io.jgpt.engine.KvSequence;
import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * GPT-2 on the CPU, by native operators or, where there are none for this machine, by plain Java.
 *
 * <p>It borrows the embeddings from the model's mapping, which must stay open as long as the
 * engine.
 */
public final class CpuEngine implements Engine {

  /**
   * Enough rows for the weights that a step reads to pay; more would only take more memory for
   * activations.
   */
  private static final int MAX_BATCH_TOKENS = 512;

  /** K of a linear layer in int8: the kernels' limit, well inside what 32 bits can sum. */
  static final int MAX_INT8_INPUTS = 65536;

  private final Gpt2Config config;
  private final int contextLength;
  private final NativeMemory memory;
  private final Operators operators;
  private final CpuWeights weights;
  private final CpuForward forward;
  private final EngineInfo info;
  private final BatchCheck check;
  private final List<CpuSequence> sequences = new ArrayList<>();
  private boolean closed;

  /**
   * Loads the weights into memory, in the form that the operators read fastest.
   *
   * @throws DeviceException if there is no memory for them
   */
  public static CpuEngine open(Gpt2Config config, Gpt2Weights weights, CpuOptions options) {
    var memory = new NativeMemory(HostMemory::available);
    return open(config, weights, options, operators(config, options, memory), memory);
  }

  private static Operators operators(Gpt2Config config, CpuOptions options, NativeMemory memory) {
    return switch (NativeOperators.open(options.threads(), config.headSize())) {
      case NativeOperators.Opened opened -> opened.operators();
      case NativeOperators.Unavailable unavailable -> {
        options.warnings().accept(unavailable.reason());
        yield new JavaOperators(options.threads(), memory);
      }
    };
  }

  /** As above with operators of the caller's choice, which the engine closes. */
  static CpuEngine open(
      Gpt2Config config,
      Gpt2Weights weights,
      CpuOptions options,
      Operators operators,
      NativeMemory memory) {
    CpuWeights packed = null;
    try {
      requireContextFits(config, options);
      requireExactSums(config, options.dtype());
      requireWeightsFit(weights, options.dtype(), memory);
      packed = new CpuWeights(weights, operators, memory, options);
      var forward = new CpuForward(config, packed, operators, memory, MAX_BATCH_TOKENS);
      return new CpuEngine(config, options, memory, operators, packed, forward);
    } catch (RuntimeException | Error e) {
      if (packed != null) {
        packed.close();
      }
      operators.close();
      throw e;
    }
  }

  private CpuEngine(
      Gpt2Config config,
      CpuOptions options,
      NativeMemory memory,
      Operators operators,
      CpuWeights weights,
      CpuForward forward) {
    this.config = config;
    this.contextLength = options.maxContext();
    this.memory = memory;
    this.operators = operators;
    this.weights = weights;
    this.forward = forward;
    this.check = new BatchCheck(this, this::owns);
    long embeddingRows = 2L * config.nEmbd() * weights.wte().dtype().bytes();
    this.info =
        new EngineInfo(
            "cpu",
            "CPU, " + operators.description(),
            options.dtype(),
            operators.threads(),
            weights.bytes() + weights.wte().data().byteSize() + weights.wpe().data().byteSize(),
            weights.bytes() + embeddingRows,
            2L * Float.BYTES * config.nLayer() * config.nEmbd());
  }

  private static void requireContextFits(Gpt2Config config, CpuOptions options) {
    if (options.maxContext() > config.nPositions()) {
      throw new IllegalArgumentException(
          "maxContext " + options.maxContext() + ", at most " + config.nPositions());
    }
  }

  /** Products of int8 are summed in 32 bits, which hold {@link #MAX_INT8_INPUTS} of them. */
  private static void requireExactSums(Gpt2Config config, DType dtype) {
    int inputs = Math.max(config.nEmbd(), config.nInner());
    if (dtype == DType.INT8 && inputs > MAX_INT8_INPUTS) {
      throw new DeviceException("engine.int8-inputs", inputs, MAX_INT8_INPUTS);
    }
  }

  private static void requireWeightsFit(Gpt2Weights weights, DType dtype, NativeMemory memory) {
    long needed = CpuWeights.bytes(weights, dtype);
    long available = memory.available();
    if (needed <= available) {
      return;
    }
    String need = NativeMemory.size(needed);
    String free = NativeMemory.size(available);
    if (dtype == DType.INT8) {
      throw new DeviceException("engine.weights-int8", need, free);
    }
    String int8 = NativeMemory.size(CpuWeights.bytes(weights, DType.INT8));
    throw new DeviceException(
        "engine.weights", need, dtype.name().toLowerCase(Locale.ROOT), free, int8);
  }

  @Override
  public EngineInfo info() {
    return info;
  }

  @Override
  public int vocabSize() {
    return config.vocabSize();
  }

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public int maxBatchTokens() {
    return MAX_BATCH_TOKENS;
  }

  /** What half of the machine's memory holds, whatever else is in it. */
  @Override
  public long maxKvTokens() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return Math.max(contextLength, system.getTotalMemorySize() / 2 / info.kvBytesPerToken());
  }

  @Override
  public KvSequence newSequence(int capacity) {
    requireOpen();
    if (capacity < 1 || capacity > contextLength) {
      throw new IllegalArgumentException("capacity " + capacity + ", 1 to " + contextLength);
    }
    requireFits(capacity);
    var sequence = new CpuSequence(this, memory, info.kvBytesPerToken(), capacity);
    sequences.add(sequence);
    return sequence;
  }

  /**
   * The system gives memory when it is first written, and ends the process where there is none: so
   * what open sequences may still claim counts as taken.
   */
  private void requireFits(int capacity) {
    long needed = info.kvBytesPerToken() * capacity;
    long promised = 0;
    for (CpuSequence sequence : sequences) {
      promised += info.kvBytesPerToken() * sequence.untouched();
    }
    long available = Math.max(0, memory.available() - promised);
    if (needed > available) {
      throw new DeviceException(
          "engine.kv",
          NativeMemory.size(needed),
          capacity,
          NativeMemory.size(available),
          NativeMemory.size(promised),
          contextLength);
    }
  }

  @Override
  public void forward(Batch batch) {
    requireOpen();
    check.require(batch);
    forward.run(batch);
    for (int slot = 0; slot < batch.slots(); slot++) {
      ((CpuSequence) batch.sequence(slot)).grow(batch.count(slot));
    }
  }

  private boolean owns(KvSequence sequence) {
    return sequence instanceof CpuSequence own && own.belongsTo(this);
  }

  @Override
  public double readBandwidth() {
    requireOpen();
    return operators.readBandwidth();
  }

  /** Called by a sequence that closes. */
  void forget(CpuSequence sequence) {
    sequences.remove(sequence);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List.copyOf(sequences).forEach(CpuSequence::close);
    forward.close();
    weights.close();
    operators.close();
  }
}
