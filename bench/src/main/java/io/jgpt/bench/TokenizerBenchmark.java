package io.jgpt.bench;

import io.jgpt.tokenizer.Tokenizer;
import io.jgpt.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Opening a model's tokenizer, and a page of text through it; the text must survive both ways. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenizerBenchmark {

  private static final String TEXT =
      """
      Once upon a time there was a little girl who lived in a village near the forest. Whenever \
      she went out, she wore a red riding cloak, so everyone called her Little Red Riding Hood.
      "What's that?" said the wolf; it was 4 o'clock, and 23 birds weren't singing.
      """
          .repeat(8);

  @Param({"models/mini"})
  String model;

  private Tokenizer tokenizer;
  private int[] ids;

  /** Opens the tokenizer. */
  @Setup
  public void open() {
    tokenizer = Tokenizers.open(Path.of(model));
    ids = tokenizer.encode(TEXT);
    if (!tokenizer.decode(ids).equals(TEXT)) {
      throw new AssertionError("the text comes back as " + tokenizer.decode(ids));
    }
  }

  @Benchmark
  public Tokenizer load() {
    return Tokenizers.open(Path.of(model));
  }

  @Benchmark
  public int[] encode() {
    return tokenizer.encode(TEXT);
  }

  @Benchmark
  public String decode() {
    return tokenizer.decode(ids);
  }
}
