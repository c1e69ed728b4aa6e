package io.jgpt.engine.cuda;

import io.jgpt.engine.Batch;
import io.jgpt.engine.BatchCheck;
import io.jgpt.engine.Engine;
import io.jgpt.engine.EngineInfo;
import io.jgpt.engine.KvSequence;
import io.jgpt.engine.cuda.driver.CudaContext;
import io.jgpt.engine.cuda.driver.CudaStream;
import io.jgpt.engine.cuda.driver.DeviceArena;
import io.jgpt.engine.cuda.driver.DeviceBuffer;
import io.jgpt.engine.cuda.driver.DeviceFacts;
import io.jgpt.engine.cuda.driver.MemoryInfo;
import io.jgpt.engine.cuda.kernel.AttentionKernels;
import io.jgpt.engine.cuda.kernel.KernelSet;
import io.jgpt.engine.cuda.kernel.SamplingKernels;
import io.jgpt.error.DeviceException;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * GPT-2 on an NVIDIA GPU. It has a context of its own: closing that gives back everything, and an
 * error that poisons it takes no other engine along.
 *
 * <p>The weights are copied to the device; the model's mapping may be closed once the engine is
 * open.
 */
public final class CudaEngine implements Engine {

  /** Enough rows for the matrices' tiles to fill a large GPU; more would only take memory. */
  private static final int MAX_BATCH_TOKENS = 1024;

  /** Rows of logits at a time: 13 MB of GPT-2's vocabulary. */
  private static final int HEAD_ROWS = 64;

  private final Gpt2Config config;
  private final int contextLength;
  private final CudaContext context;
  private final CudaStream stream;
  private final DeviceBuffer pageMemory;
  private final KvPages pages;
  private final boolean drawsTokens;
  private final StepRunner runner;
  private final EngineInfo info;
  private final BatchCheck check;
  private boolean closed;

  /**
   * Loads the weights to the device and takes the memory for everything else. The calling thread
   * may be another than the one that will drive the engine.
   *
   * @throws DeviceException if there is no such device, it is too small, or cannot run such a model
   */
  public static CudaEngine open(Gpt2Config config, Gpt2Weights weights, CudaOptions options) {
    return open(config, weights, options, count -> IntStream.range(0, count).toArray());
  }

  /**
   * As above.
   *
   * @param pageOrder the order in which a number of pages are handed out at first
   */
  static CudaEngine open(
      Gpt2Config config, Gpt2Weights weights, CudaOptions options, IntFunction<int[]> pageOrder) {
    requireRunnable(config, options);
    CudaContext context = CudaContext.open(options.ordinal());
    try {
      var engine = new CudaEngine(config, weights, options, context, pageOrder);
      context.release();
      return engine;
    } catch (RuntimeException | Error e) {
      closeAfter(e, context);
      throw e;
    }
  }

  /** What is queued still uses what is about to be given back: it is waited for. */
  private static void closeAfter(Throwable failure, CudaContext context) {
    try (context) {
      if (context.poisoned().isEmpty()) {
        context.synchronize();
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private CudaEngine(
      Gpt2Config config,
      Gpt2Weights weights,
      CudaOptions options,
      CudaContext context,
      IntFunction<int[]> pageOrder) {
    this.config = config;
    this.contextLength = options.maxContext();
    this.context = context;
    Activations.Limits limits = limits(options);
    CudaPlan plan = CudaPlan.of(config, weights, options, limits, context.memory());
    DeviceArena arena = plan.memory().allocate(context);
    stream = context.newStream("forward");
    var kernels = KernelSet.open(context);
    var onDevice = new CudaWeights(plan.weights(), arena, config.layerNormEpsilon());
    onDevice.load(context, kernels, stream, plan.staging());
    Activations activations = plan.activations().in(arena);
    stream.fill(activations.splits().arrived(), (byte) 0);
    pageMemory = arena.buffer(plan.pages());
    pages = new KvPages(pageOrder.apply(plan.pageCount()));
    var forward =
        new CudaForward(
            config,
            onDevice,
            plan.weights().type(),
            activations,
            pageMemory,
            limits.pages(),
            kernels);
    Optional<TokenDraws> draws =
        plan.draws().map(layout -> draws(layout.in(arena), kernels, activations.logits()));
    drawsTokens = draws.isPresent();
    runner =
        new StepRunner(context, stream, forward, activations, limits, draws, config.vocabSize());
    stream.synchronize();
    info = info(context.device(), options, onDevice, plan);
    check = new BatchCheck(this, pages::owns);
  }

  private TokenDraws draws(DrawBuffers buffers, KernelSet kernels, DeviceBuffer logits) {
    var sampling = new SamplingKernels(kernels);
    return new TokenDraws(context, sampling, buffers, logits, config.vocabSize());
  }

  private EngineInfo info(
      DeviceFacts device, CudaOptions options, CudaWeights weights, CudaPlan plan) {
    return new EngineInfo(
        "cuda:" + options.ordinal(),
        device.name() + " (cuda:" + options.ordinal() + ")",
        options.dtype(),
        0,
        weights.bytes(),
        weights.decodeBytes(),
        plan.kvBytesPerToken());
  }

  /**
   * What an engine would take of a device with that much memory, and whether it fits ({@link
   * io.jgpt.engine.cuda.driver.MemoryPlan#check}).
   *
   * @throws DeviceException if the kernels cannot run such a model
   */
  public static CudaPlan plan(
      Gpt2Config config, Gpt2Weights weights, CudaOptions options, MemoryInfo device) {
    requireRunnable(config, options);
    return CudaPlan.of(config, weights, options, limits(options), device);
  }

  private static Activations.Limits limits(CudaOptions options) {
    return new Activations.Limits(
        MAX_BATCH_TOKENS, HEAD_ROWS, KvPages.pagesFor(options.maxContext()));
  }

  private static void requireRunnable(Gpt2Config config, CudaOptions options) {
    if (options.maxContext() > config.nPositions()) {
      throw new IllegalArgumentException(
          "maxContext " + options.maxContext() + ", at most " + config.nPositions());
    }
    int headSize = config.headSize();
    if (headSize > AttentionKernels.MAX_HEAD_SIZE) {
      throw new DeviceException("cuda.head-size", headSize, AttentionKernels.MAX_HEAD_SIZE);
    }
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

  /** What the KV pool has room for. */
  @Override
  public long maxKvTokens() {
    return (long) pages.total() * KvPages.PAGE_TOKENS;
  }

  @Override
  public boolean drawsTokens() {
    return drawsTokens;
  }

  @Override
  public KvSequence newSequence(int capacity) {
    requireOpen();
    if (capacity < 1 || capacity > contextLength) {
      throw new IllegalArgumentException("capacity " + capacity + ", 1 to " + contextLength);
    }
    context.requireSound();
    return pages
        .open(capacity)
        .orElseThrow(
            () ->
                new DeviceException(
                    "cuda.kv-pool",
                    capacity,
                    KvPages.pagesFor(capacity),
                    pages.unreserved(),
                    pages.total(),
                    contextLength));
  }

  @Override
  public void forward(Batch batch) {
    requireOpen();
    check.require(batch);
    if (batch.slots() == 0) {
      return;
    }
    try {
      for (int slot = 0; slot < batch.slots(); slot++) {
        sequence(batch, slot).makeRoom(batch.count(slot));
      }
      runner.run(batch);
    } catch (RuntimeException | Error e) {
      runner.drain(e);
      for (int slot = 0; slot < batch.slots(); slot++) {
        sequence(batch, slot).returnUnused();
      }
      throw e;
    }
    for (int slot = 0; slot < batch.slots(); slot++) {
      sequence(batch, slot).grow(batch.count(slot));
    }
  }

  private static PagedSequence sequence(Batch batch, int slot) {
    return (PagedSequence) batch.sequence(slot);
  }

  /**
   * As the device copies from memory to memory, bytes read and written together: what is called a
   * GPU's bandwidth.
   */
  @Override
  public double readBandwidth() {
    requireOpen();
    return CopyBandwidth.measure(context, stream);
  }

  /** The KV pool, for tests that want to see what is read from it. */
  DeviceBuffer pageMemory() {
    return pageMemory;
  }

  CudaStream stream() {
    return stream;
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
    pages.closeAll();
    context.close();
  }
}
