package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.Generation;
import io.jgpt.GenerationSession;
import io.jgpt.LanguageModel;
import io.jgpt.Timings;
import io.jgpt.engine.EngineInfo;
import io.jgpt.sampling.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Function;

/**
 * Times prefill and decoding of one sequence of random tokens, each test some times after one run
 * that does not count. The speed of a model does not depend on which tokens it reads.
 */
final class Bench {

  /**
   * A test's speeds in tokens per second.
   *
   * @param test {@code pp512}: a prompt of 512 tokens is read; {@code tg128}: 128 are generated;
   *     {@code @d64} behind it: after 64 others
   * @param speeds of the runs
   * @param bytesPerToken weights, and keys and values, that are read for a decoded token; NaN for
   *     prefill, whose roof is not memory
   */
  record Result(String test, List<Double> speeds, double bytesPerToken) {

    Result {
      speeds = speeds.stream().sorted().toList();
    }

    double median() {
      int middle = speeds.size() / 2;
      return speeds.size() % 2 == 1
          ? speeds.get(middle)
          : (speeds.get(middle - 1) + speeds.get(middle)) / 2;
    }

    double min() {
      return speeds.getFirst();
    }

    double max() {
      return speeds.getLast();
    }

    /** Of the bandwidth, that the median speed takes. */
    double shareOf(double bandwidth) {
      return median() * bytesPerToken / bandwidth;
    }

    void write(JsonGenerator json, double bandwidth) throws IOException {
      json.writeStringField("test", test);
      Json.measured(json, "median", median());
      Json.measured(json, "min", min());
      Json.measured(json, "max", max());
      json.writeNumberField("runs", speeds.size());
      Json.measured(json, "bytes_per_token", bytesPerToken);
      Json.measured(json, "share_of_roof", shareOf(bandwidth));
    }
  }

  private static final Sampling GREEDY = Sampling.greedy().ignoreEos(true);

  private final LanguageModel model;
  private final int depth;
  private final int repetitions;
  private final Invocation invocation;
  private final List<Double> bandwidths = new ArrayList<>();

  Bench(LanguageModel model, int depth, int repetitions, Invocation invocation) {
    this.model = model;
    this.depth = depth;
    this.repetitions = repetitions;
    this.invocation = invocation;
  }

  /**
   * Runs the tests whose count is not 0. If interrupted it returns early, with what there is.
   *
   * @param prompt tokens to read
   * @param generated tokens to generate
   */
  List<Result> run(int prompt, int generated) {
    List<Result> results = new ArrayList<>();
    if (prompt > 0) {
      repeat("pp" + prompt, session -> prefill(session, prompt))
          .map(speeds -> new Result(name("pp" + prompt), speeds, Double.NaN))
          .ifPresent(results::add);
    }
    if (generated > 0) {
      EngineInfo engine = model.info().engine();
      double held = decodedAfter(depth) + generated / 2.0;
      double bytes = engine.decodeBytes() + held * engine.kvBytesPerToken();
      repeat("tg" + generated, session -> decode(session, generated))
          .map(speeds -> new Result(name("tg" + generated), speeds, bytes))
          .ifPresent(results::add);
    }
    return results;
  }

  /**
   * Bytes per second: the median of measurements between the runs, since other users of the machine
   * change it from one second to the next. Some run has been.
   */
  double bandwidth() {
    Collections.sort(bandwidths);
    return bandwidths.get(bandwidths.size() / 2);
  }

  /** Tokens that stand before the decoded ones: something has to be decoded after. */
  static int decodedAfter(int depth) {
    return Math.max(1, depth);
  }

  private String name(String test) {
    return depth == 0 ? test : test + "@d" + depth;
  }

  private Optional<List<Double>> repeat(
      String test, Function<GenerationSession, OptionalDouble> run) {
    List<Double> speeds = new ArrayList<>();
    for (int i = -1; i < repetitions; i++) {
      invocation
          .diagnostics()
          .status()
          .show(invocation.messages().text("status.bench", name(test), i + 1, repetitions));
      try (GenerationSession session = model.newSession()) {
        OptionalDouble speed = run.apply(session);
        if (invocation.interruption().requested()) {
          return Optional.empty();
        }
        if (i >= 0) {
          speeds.add(speed.orElseThrow());
          bandwidths.add(model.readBandwidth());
        }
      } finally {
        invocation.diagnostics().status().clear();
      }
    }
    return Optional.of(speeds);
  }

  private OptionalDouble prefill(GenerationSession session, int count) {
    int[] ids = randomIds(depth + count);
    if (depth > 0) {
      timings(session.generate(Arrays.copyOf(ids, depth), GREEDY.maxTokens(1)));
    }
    return timings(session.generate(ids, GREEDY.maxTokens(1))).prefillTokensPerSecond();
  }

  private OptionalDouble decode(GenerationSession session, int count) {
    int[] ids = randomIds(decodedAfter(depth));
    // The first token comes out of the prefill; those after it are decoded.
    return timings(session.generate(ids, GREEDY.maxTokens(count + 1))).decodeTokensPerSecond();
  }

  private Timings timings(Generation generation) {
    invocation.interruption().onInterrupt(generation::cancel);
    return generation.timings();
  }

  private int[] randomIds(int count) {
    return new Random(count).ints(count, 0, model.info().config().vocabSize()).toArray();
  }
}
