package io.jgpt.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Tokens per second through the engine. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class EngineBenchmark {

  private static final int PROMPT = 512;
  private static final int DECODED = 16;

  /** One chunk of {@value #PROMPT} tokens on an empty sequence: bound by arithmetic. */
  @Benchmark
  @OperationsPerInvocation(PROMPT)
  public float[] prefill(LoadedModel model) {
    model.sequence.truncate(0);
    model.append(0, PROMPT);
    return model.logits;
  }

  /** Single tokens at the start of a sequence: bound by reading every weight once per token. */
  @Benchmark
  @OperationsPerInvocation(DECODED)
  public float[] decode(LoadedModel model) {
    model.sequence.truncate(0);
    for (int i = 0; i < DECODED; i++) {
      model.append(i, 1);
    }
    return model.logits;
  }
}
