package io.jgpt.engine.cpu;

import io.jgpt.model.Activation;
import io.jgpt.model.DType;
import io.jgpt.model.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Operators with an observer before and after each call; counts what is open. An observer that
 * throws is an operator that fails.
 */
final class ObservedOperators implements Operators {

  /** Sees the calls. */
  interface Observer {
    /** Sees a call that is about to be made. */
    default void before(String operator) {}

    /** Sees the result of a call: [rows, columns]. */
    default void after(String operator, MemorySegment out, int rows, int columns) {}
  }

  private final Operators operators;
  private final Observer observer;
  private int openLinears;
  private boolean closed;

  ObservedOperators(Operators operators, Observer observer) {
    this.operators = operators;
    this.observer = observer;
  }

  int openLinears() {
    return openLinears;
  }

  boolean closed() {
    return closed;
  }

  private final class Counted implements Linear {
    private final Linear linear;
    private boolean open = true;

    Counted(Linear linear) {
      this.linear = linear;
      openLinears++;
    }

    @Override
    public int in() {
      return linear.in();
    }

    @Override
    public int out() {
      return linear.out();
    }

    @Override
    public DType dtype() {
      return linear.dtype();
    }

    @Override
    public long bytes() {
      return linear.bytes();
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        openLinears--;
      }
      linear.close();
    }
  }

  @Override
  public String description() {
    return operators.description();
  }

  @Override
  public int threads() {
    return operators.threads();
  }

  @Override
  public Linear pack(Tensor weight, boolean outIn, Tensor bias, DType dtype) {
    observer.before("pack");
    return new Counted(operators.pack(weight, outIn, bias, dtype));
  }

  @Override
  public Linear pack(Int8Weights weights, Tensor bias) {
    observer.before("pack");
    return new Counted(operators.pack(weights, bias));
  }

  @Override
  public void embed(
      Tensor wte,
      Tensor wpe,
      MemorySegment tokens,
      MemorySegment positions,
      int rows,
      MemorySegment out) {
    observer.before("embed");
    operators.embed(wte, wpe, tokens, positions, rows, out);
    observer.after("embed", out, rows, (int) wte.dim(1));
  }

  @Override
  public void layerNorm(
      MemorySegment x,
      MemorySegment gain,
      MemorySegment bias,
      float epsilon,
      int rows,
      int channels,
      MemorySegment out) {
    observer.before("layerNorm");
    operators.layerNorm(x, gain, bias, epsilon, rows, channels, out);
    observer.after("layerNorm", out, rows, channels);
  }

  @Override
  public void linear(
      MemorySegment x,
      Linear weights,
      Activation activation,
      MemorySegment residual,
      int rows,
      MemorySegment out) {
    observer.before("linear");
    operators.linear(x, ((Counted) weights).linear, activation, residual, rows, out);
    observer.after("linear", out, rows, weights.out());
  }

  @Override
  public void attention(
      MemorySegment qkv,
      AttentionSlots slots,
      int layer,
      int heads,
      int headSize,
      float scale,
      MemorySegment out) {
    observer.before("attention");
    operators.attention(qkv, slots, layer, heads, headSize, scale, out);
    int rows = 0;
    for (int slot = 0; slot < slots.size(); slot++) {
      rows += slots.count(slot);
    }
    observer.after("attention", out, rows, heads * headSize);
  }

  @Override
  public double readBandwidth() {
    return operators.readBandwidth();
  }

  @Override
  public void close() {
    closed = true;
    operators.close();
  }
}
