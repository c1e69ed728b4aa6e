package io.jgpt.agent.plan;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.sampling.TokenConstraint;
import io.jgpt.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * What the agent's grammar adds to a token, over the steps of one run. To be seen beside {@code
 * EngineBenchmark.decode}, what the token itself takes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class ActionMaskBenchmark {

  private static final int MAX_TOKENS = 200;
  private static final List<String> SOURCES =
      List.of(
          "Write the numbers 17*23 and 91/7 to results.txt, then tell me what the file says",
          "notes.txt\nresults.txt\norders.csv");

  /** What else the model has read. */
  private static final List<String> READ = List.of(SOURCES.getFirst(), "391", "13", "391\n13");

  private static final List<List<String>> CALLS =
      List.of(
          List.of("calculate", "17*23"),
          List.of("calculate", "91/7"),
          List.of("write", "results.txt", "391\n13"),
          List.of("read", "results.txt"));
  private static final String ANSWER = "results.txt says: 391 13";

  /** Of all steps together; {@link #open} checks it. */
  private static final int TOKENS = 49;

  @Param({"models/mini"})
  String model;

  private LanguageModel opened;
  private ActionGrammar grammar;
  private ActionGrammar.Step known;
  private List<int[]> steps;

  /** Writes the steps as a model would, and checks that the grammar allows them. */
  @Setup(Level.Trial)
  public void open() {
    opened = LanguageModel.open(Path.of(model), Options.device("cpu"));
    Tokenizer tokenizer = opened.tokenizer().orElseThrow();
    int vocabulary = opened.info().config().vocabSize();
    ActionTokens tokens = ActionTokens.of(tokenizer, Toolbox.standard().specs());
    grammar = new ActionGrammar(tokens, tokenizer, vocabulary, new int[0], opened::constrain);
    known = grammar.step(SOURCES);
    steps =
        IntStream.rangeClosed(0, CALLS.size())
            .mapToObj(
                i ->
                    i < CALLS.size()
                        ? call(tokens, tokenizer, CALLS.get(i))
                        : answer(tokens, tokenizer))
            .toList();
    int count = 0;
    for (int[] step : steps) {
      count += step.length;
      TokenConstraint constraint =
          known.constraint(Set.of(), new Read(new KnownNumbers(READ), false));
      constraint.begin(MAX_TOKENS);
      for (int id : step) {
        if ((constraint.mask()[id >> 6] >> id & 1) == 0) {
          throw new AssertionError("not allowed: " + Arrays.toString(step) + " at " + id);
        }
        constraint.accept(id);
      }
      if (!constraint.isComplete()) {
        throw new AssertionError("not complete: " + Arrays.toString(step));
      }
    }
    if (count != TOKENS) {
      throw new AssertionError("tokens: " + count);
    }
  }

  private static int[] call(ActionTokens tokens, Tokenizer tokenizer, List<String> call) {
    IntStream ids = IntStream.of(tokens.act(), tokens.tool(call.getFirst()).orElseThrow());
    for (int i = 1; i < call.size(); i++) {
      IntStream before = i > 1 ? IntStream.of(tokens.arg()) : IntStream.empty();
      ids = join(ids, before, Arrays.stream(tokenizer.encode(call.get(i))));
    }
    return join(ids, IntStream.of(tokens.end())).toArray();
  }

  private static int[] answer(ActionTokens tokens, Tokenizer tokenizer) {
    return join(
            IntStream.of(tokens.finish()),
            Arrays.stream(tokenizer.encode(ANSWER)),
            IntStream.of(tokens.end()))
        .toArray();
  }

  private static IntStream join(IntStream... parts) {
    return Arrays.stream(parts).flatMapToInt(part -> part);
  }

  /** As a run does it: what may be copied is made ready when it is first needed. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void run(Blackhole sink) {
    grammar.step(List.of()); // another run
    for (int[] step : steps) {
      follow(grammar.step(SOURCES), step, sink);
    }
  }

  /** As the worst run does it: after each step there is more that may be copied. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void changing(Blackhole sink) {
    grammar.step(List.of()); // another run
    List<String> sources = new ArrayList<>(SOURCES);
    for (int i = 0; i < steps.size(); i++) {
      follow(grammar.step(sources), steps.get(i), sink);
      sources.add("wrote 7 characters to report-" + i + ".txt");
    }
  }

  /** The same where all that may be copied is known. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void known(Blackhole sink) {
    for (int[] step : steps) {
      follow(known, step, sink);
    }
  }

  private static void follow(ActionGrammar.Step sources, int[] ids, Blackhole sink) {
    TokenConstraint constraint =
        sources.constraint(Set.of(), new Read(new KnownNumbers(READ), false));
    constraint.begin(MAX_TOKENS);
    for (int id : ids) {
      sink.consume(constraint.isComplete());
      if (constraint.forced() < 0) {
        sink.consume(constraint.mask());
      }
      constraint.accept(id);
    }
  }

  /** Closes the model. */
  @TearDown(Level.Trial)
  public void close() {
    opened.close();
  }
}
