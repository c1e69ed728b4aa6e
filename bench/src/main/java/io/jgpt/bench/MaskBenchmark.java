package io.jgpt.bench;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.sampling.grammar.GrammarConstraint;
import io.jgpt.sampling.grammar.JsonSchema;
import io.jgpt.sampling.grammar.TokenGrammar;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What constrained decoding adds to a token: the questions that a scheduler asks, for texts drawn
 * without a model. To be seen beside {@link EngineBenchmark#decode}, what the token itself takes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class MaskBenchmark {

  private static final int MAX_TOKENS = 200;
  private static final int TOKENS = 1024;
  private static final String SCHEMA =
      """
      {"type": "object", "additionalProperties": false,
       "required": ["name", "age", "tags", "note", "parent"],
       "properties": {
         "name": {"type": "string", "minLength": 1, "maxLength": 40},
         "age": {"type": "integer", "minimum": 0, "maximum": 150},
         "tags": {"type": "array", "items": {"enum": ["red", "green", "blue"]}, "maxItems": 5},
         "note": {"type": "string"},
         "parent": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}
      """;

  @Param({"models/mini"})
  String model;

  private LanguageModel opened;
  private JsonSchema schema;
  private TokenGrammar warm;
  private int[][] texts;

  /** Draws some texts, and checks that they are complete. */
  @Setup(Level.Trial)
  public void open() {
    opened = LanguageModel.open(Path.of(model), Options.device("cpu"));
    schema = JsonSchema.parse(SCHEMA);
    warm = opened.constrain(schema);
    var random = new Random(1);
    texts = new int[16][];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = draw(warm.get(), random);
    }
  }

  private static int[] draw(GrammarConstraint constraint, Random random) {
    constraint.begin(MAX_TOKENS);
    int[] ids = new int[MAX_TOKENS];
    int n = 0;
    while (!constraint.isComplete()) {
      int forced = constraint.forced();
      ids[n] = forced >= 0 ? forced : any(constraint.mask(), random);
      constraint.accept(ids[n++]);
    }
    if (!constraint.mayEnd()) {
      throw new AssertionError("not complete");
    }
    return Arrays.copyOf(ids, n);
  }

  private static int any(long[] mask, Random random) {
    while (true) {
      int id = random.nextInt(64 * mask.length);
      if ((mask[id >> 6] >> id & 1) != 0) {
        return id;
      }
    }
  }

  /** Tokens whose states are known. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void known(Blackhole sink) {
    follow(warm, sink);
  }

  /** The same with nothing known, and the schema made ready first. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void fresh(Blackhole sink) {
    follow(opened.constrain(schema), sink);
  }

  /** The schema made ready, and nothing drawn. */
  @Benchmark
  public TokenGrammar compile() {
    return opened.constrain(schema);
  }

  private void follow(TokenGrammar grammar, Blackhole sink) {
    int tokens = 0;
    for (int i = 0; tokens < TOKENS; i++) {
      GrammarConstraint constraint = grammar.get();
      constraint.begin(MAX_TOKENS);
      for (int id : texts[i % texts.length]) {
        sink.consume(constraint.isComplete());
        if (constraint.forced() < 0) {
          sink.consume(constraint.mask());
        }
        constraint.accept(id);
        if (++tokens == TOKENS) {
          break;
        }
      }
    }
  }

  /** Closes the model. */
  @TearDown(Level.Trial)
  public void close() {
    opened.close();
  }
}
