package io.jgpt.engine.cuda;

import io.jgpt.engine.cuda.driver.MemoryInfo;
import io.jgpt.engine.cuda.driver.MemoryPlan;
import io.jgpt.engine.cuda.driver.MemoryPlan.Placement;
import io.jgpt.engine.cuda.driver.MemoryPlan.Reservation;
import io.jgpt.engine.cuda.driver.Staging;
import io.jgpt.engine.cuda.kernel.AttentionKernels;
import io.jgpt.engine.cuda.kernel.SamplingKernels;
import io.jgpt.engine.cuda.kernel.WeightType;
import io.jgpt.error.DeviceException;
import io.jgpt.model.Gpt2Config;
import io.jgpt.model.Gpt2Weights;
import java.util.Locale;
import java.util.Optional;

/**
 * What an engine will hold on its device, decided before any of it is allocated: weights, what a
 * step computes on its way, the chunks in which the weights arrive, and the KV pool.
 *
 * <p>The pool has room for {@link CudaOptions#kvTokens}. Where that is left open: for {@value
 * #SEQUENCES} sequences of {@link CudaOptions#maxContext} tokens, or as much of that as fits into
 * {@value #PERCENT}% of what is free beside the rest, but for one such sequence at least. So a
 * lower {@code maxContext} makes it smaller, and others that use the device keep something.
 */
public final class CudaPlan {

  private static final int SEQUENCES = 16;
  private static final int PERCENT = 90;

  /** What the driver takes beside the plan: code, graphs, what it rounds up. */
  private static final long HEADROOM = 64 << 20;

  /** Room for a row of every tensor that a configuration allows: 2^20 float32. */
  private static final int CHUNK_BYTES = 4 << 20;

  private final MemoryPlan memory = new MemoryPlan();
  private final MemoryPlan.Group weightGroup;
  private final MemoryPlan.Group activationGroup;
  private final MemoryPlan.Group stagingGroup;
  private final WeightLayout weights;
  private final Activations.Layout activations;
  private final Optional<DrawBuffers.Layout> draws;
  private final Staging.Layout staging;
  private final Reservation pages;
  private final int pageCount;

  private CudaPlan(
      Gpt2Config config,
      Gpt2Weights model,
      CudaOptions options,
      Activations.Limits limits,
      MemoryInfo device) {
    WeightType type = WeightLayout.typeOf(options.dtype());
    String dtype = options.dtype().name().toLowerCase(Locale.ROOT);
    int context = options.maxContext();
    weightGroup =
        memory.fixed(
            "weights",
            Placement.TOGETHER,
            (needed, free) -> new DeviceException(weightsKey(type), needed, dtype, free));
    activationGroup =
        memory.fixed(
            "activations",
            Placement.APART,
            (needed, free) -> new DeviceException("cuda.activations", needed, free));
    // Kept for good: a plan that is right only after loading would be none.
    stagingGroup =
        memory.fixed(
            "staging",
            Placement.APART,
            (needed, free) -> new DeviceException("cuda.staging", needed, free));
    var cacheGroup =
        memory.negotiable(
            "KV cache",
            Placement.APART,
            (needed, free) -> new DeviceException("cuda.kv", needed, free, context));
    weights = new WeightLayout(model, type, weightGroup);
    activations = Activations.Layout.reserve(config, limits, activationGroup);
    int v = config.vocabSize();
    draws =
        v <= SamplingKernels.MAX_VOCAB_SIZE
            ? Optional.of(
                DrawBuffers.Layout.reserve(limits.headRows(), context + 1, v, activationGroup))
            : Optional.empty();
    staging = Staging.Layout.reserve(CHUNK_BYTES, stagingGroup);
    long pageBytes =
        AttentionKernels.pageBytes(config.nLayer(), config.nHead(), config.headSize(), type);
    long room = memory.roomFor(cacheGroup, device) - HEADROOM;
    pageCount = pageCount(options, room / 100 * PERCENT / pageBytes);
    pages = cacheGroup.reserve("kv.pages", pageCount * pageBytes);
  }

  /**
   * The plan of an engine.
   *
   * @param device its memory
   * @throws DeviceException if its kernels cannot run such a model
   */
  static CudaPlan of(
      Gpt2Config config,
      Gpt2Weights model,
      CudaOptions options,
      Activations.Limits limits,
      MemoryInfo device) {
    return new CudaPlan(config, model, options, limits, device);
  }

  /** Only float32 can be had in half the bytes. */
  private static String weightsKey(WeightType type) {
    return type == WeightType.F32 ? "cuda.weights-f32" : "cuda.weights";
  }

  private static int pageCount(CudaOptions options, long fitting) {
    if (options.kvTokens().isPresent()) {
      return Math.toIntExact(Math.ceilDiv(options.kvTokens().getAsLong(), KvPages.PAGE_TOKENS));
    }
    int one = KvPages.pagesFor(options.maxContext());
    return Math.toIntExact(Math.clamp(fitting, one, SEQUENCES * (long) one));
  }

  /** All reservations, in groups. */
  public MemoryPlan memory() {
    return memory;
  }

  /** Bytes of the weights. */
  public long weightBytes() {
    return weightGroup.bytes();
  }

  /** Bytes of what a step computes on its way. */
  public long activationBytes() {
    return activationGroup.bytes();
  }

  /** Bytes of the chunks in which the weights arrive. */
  public long stagingBytes() {
    return stagingGroup.bytes();
  }

  /** Bytes of the KV pool. */
  public long kvBytes() {
    return pages.bytes();
  }

  /** For how many tokens the KV pool has room. */
  public long kvTokens() {
    return (long) pageCount * KvPages.PAGE_TOKENS;
  }

  WeightLayout weights() {
    return weights;
  }

  Activations.Layout activations() {
    return activations;
  }

  /** Empty if the vocabulary is too large to be drawn from on the device. */
  Optional<DrawBuffers.Layout> draws() {
    return draws;
  }

  /** The chunks in which the weights arrive. */
  Staging.Layout staging() {
    return staging;
  }

  /** The KV pool. */
  Reservation pages() {
    return pages;
  }

  int pageCount() {
    return pageCount;
  }

  /** Bytes of a token's keys and values in all layers. */
  long kvBytesPerToken() {
    return pages.bytes() / kvTokens();
  }
}
