package io.jgpt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.Engine;
import io.jgpt.error.ModelException;
import io.jgpt.model.DType;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.TokenConstraint;
import io.jgpt.testing.JsonTree;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole runtime, from a directory to tokens, on the models that transformers answered for. */
@Timeout(120)
class LanguageModelTest {

  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path PLAIN = RESOURCES.resolve("golden/plain");
  private static final Path MINI = Path.of("../models/mini");
  private static final Sampling ENDLESS = Sampling.greedy().ignoreEos(true);

  static List<Path> models() throws IOException {
    try (Stream<Path> golden = Files.list(RESOURCES.resolve("golden"));
        Stream<Path> trained = Files.list(RESOURCES.resolve("models"))) {
      List<Path> models =
          Stream.concat(Stream.concat(golden, trained), Stream.of(MINI))
              .filter(directory -> Files.exists(directory.resolve("config.json")))
              .sorted()
              .toList();
      assertTrue(models.size() >= 19, models.toString());
      return models;
    }
  }

  private static List<Map<String, Object>> greedy(Path model) {
    Path answers = model.equals(MINI) ? RESOURCES.resolve("golden/mini") : model;
    return JsonTree.objects(JsonTree.read(answers.resolve("golden.json")).get("greedy"));
  }

  private static LanguageModel open(Path directory) {
    return LanguageModel.open(directory, Options.device("cpu").dtype(DType.F32).threads(2));
  }

  @ParameterizedTest
  @MethodSource("models")
  void generatesWhatTransformersGenerates(Path directory) {
    try (LanguageModel model = open(directory)) {
      List<int[]> prompts = new ArrayList<>();
      List<int[]> expected = new ArrayList<>();
      for (Map<String, Object> golden : greedy(directory)) {
        prompts.add(JsonTree.ints(golden.get("ids")));
        expected.add(JsonTree.ints(golden.get("continuation")));
      }
      Sampling sampling = ENDLESS.maxTokens(expected.getFirst().length);
      List<Generation> together = model.generateIds(prompts, sampling, 1);
      try (var session = model.newSession()) {
        for (int i = 0; i < prompts.size(); i++) {
          Sampling one = ENDLESS.maxTokens(expected.get(i).length);
          assertArrayEquals(expected.get(i), session.generate(prompts.get(i), one).ids());
          int[] batched = Arrays.copyOf(together.get(i).ids(), expected.get(i).length);
          assertArrayEquals(expected.get(i), batched);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void scoresAreThoseOfTheLogitsGenerated(Path directory) {
    try (LanguageModel model = open(directory);
        var session = model.newSession()) {
      int[] prompt = JsonTree.ints(greedy(directory).getFirst().get("ids"));
      Generation generation = session.generate(prompt, ENDLESS.maxTokens(5).logprobs(0));
      List<Double> logprobs = new ArrayList<>();
      for (Token token : generation) {
        logprobs.add(token.logprobs().orElseThrow().logprob());
      }
      int[] all = Arrays.copyOf(prompt, prompt.length + logprobs.size());
      System.arraycopy(generation.ids(), 0, all, prompt.length, logprobs.size());

      double[] scores = model.score(all, prompt.length);
      assertEquals(logprobs.size(), scores.length);
      for (int i = 0; i < scores.length; i++) {
        assertEquals(logprobs.get(i), scores[i], 1e-4, "token " + i);
      }
    }
  }

  @Test
  void theBundledModelStreams() {
    try (LanguageModel model = LanguageModel.open(MINI, Options.defaults());
        var session = model.newSession()) {
      var text = new StringBuilder();
      Generation generation =
          session.generate(
              "Once upon a time", Sampling.defaults().seed(1).maxTokens(60).ignoreEos(true));
      for (Token token : generation) {
        text.append(token.text());
      }
      assertEquals(model.tokenizer().orElseThrow().decode(generation.ids()), text.toString());
      assertEquals(generation.text(), text.toString());
      assertEquals(60, generation.ids().length);
    }
  }

  @Test
  void whatAModelIsIsSaid() {
    try (LanguageModel model = LanguageModel.open(PLAIN, Options.defaults().maxContext(50))) {
      assertEquals("plain", model.info().name());
      assertEquals(50, model.info().contextLength());
      assertEquals(111, model.info().config().nPositions());
      assertEquals("cpu", model.info().engine().device());
      assertEquals(DType.F32, model.info().engine().dtype());
      assertTrue(model.info().loadTime().toNanos() > 0);
      assertTrue(model.tokenizer().isEmpty());
      assertTrue(model.readBandwidth() > 1e8);
    }
    Path bf16 = RESOURCES.resolve("golden/bf16");
    try (LanguageModel model = LanguageModel.open(bf16, Options.defaults().maxContext(9999))) {
      assertEquals(DType.BF16, model.info().engine().dtype());
      assertEquals(model.info().config().nPositions(), model.info().contextLength());
    }
  }

  @Test
  void aModelThatCannotBeLoadedLeavesNothingOpen(@TempDir Path directory) throws IOException {
    assertThrows(ModelException.class, () -> LanguageModel.open(directory, Options.defaults()));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(PLAIN.resolve(file), directory.resolve(file));
    }
    Files.writeString(directory.resolve("tokenizer.json"), "{");
    assertThrows(ModelException.class, () -> LanguageModel.open(directory, Options.defaults()));
    assertFalse(
        Files.readString(Path.of("/proc/self/maps")).contains(directory.toString()),
        "the weights are still mapped");
  }

  @Test
  void closingUnmapsTheWeightsAndEndsTheThreads(@TempDir Path directory) throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(PLAIN.resolve(file), directory.resolve(file));
    }
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    LanguageModel model = open(directory);
    GenerationSession session = model.newSession();
    Generation running = session.generate(new int[] {1, 2}, ENDLESS.maxTokens(100));
    model.generateIds(List.of(new int[] {3}, new int[] {4}), ENDLESS.maxTokens(100), 4);
    running.iterator().next();
    model.close();

    Set<String> left =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !before.contains(thread) && thread.getName().startsWith("jgpt"))
            .map(Thread::getName)
            .collect(Collectors.toSet());
    assertEquals(Set.of(), left);
    assertFalse(Files.readString(Path.of("/proc/self/maps")).contains(directory.toString()));
  }

  @Test
  void theWeightsAreUnmappedEvenIfTheEngineFailsToClose() {
    ModelInfo info;
    try (LanguageModel fake = FakeModel.with(FakeModel.engine())) {
      info = fake.info();
    }
    Engine engine = FakeModel.engine();
    Engine failing =
        (Engine)
            Proxy.newProxyInstance(
                Engine.class.getClassLoader(),
                new Class<?>[] {Engine.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    throw new IllegalStateException("the engine cannot be closed");
                  }
                  return method.invoke(engine, arguments);
                });
    var unmapped = new AtomicBoolean();
    var model = new LanguageModel(info, Optional.empty(), failing, () -> unmapped.set(true));
    assertThrows(IllegalStateException.class, model::close);
    assertTrue(unmapped.get());
  }

  @Test
  void aConstraintCannotCloseTheModelUnderItself() {
    try (LanguageModel model = open(PLAIN);
        var session = model.newSession()) {
      Runnable close = model::close;
      TokenConstraint closer =
          new TokenConstraint() {
            @Override
            public long[] mask() {
              close.run();
              return new long[0];
            }

            @Override
            public void accept(int id) {}

            @Override
            public boolean isComplete() {
              return false;
            }
          };
      Generation failing = session.generate(new int[] {1}, ENDLESS.constraint(() -> closer));
      assertThrows(IllegalStateException.class, failing::ids);
      assertEquals(9, session.generate(new int[] {1}, ENDLESS.maxTokens(9)).ids().length);
    }
  }

  /** Many threads, each with its own mix of sessions, batches, cancellations and scores. */
  @Test
  void manyThreadsGetWhatOneGets() throws Exception {
    try (LanguageModel model = open(PLAIN);
        var threads = Executors.newFixedThreadPool(8)) {
      int[][] prompts = new int[12][];
      int[][] expected = new int[12][];
      try (var alone = model.newSession()) {
        var random = new Random(1);
        for (int i = 0; i < prompts.length; i++) {
          prompts[i] = random.ints(1 + 5 * i, 1, 207).toArray();
          expected[i] = alone.generate(prompts[i], sampled(30)).ids();
        }
      }
      List<Future<Integer>> runs = new ArrayList<>();
      for (int worker = 0; worker < 8; worker++) {
        int seed = worker;
        Callable<Integer> run = () -> work(model, prompts, expected, new Random(seed));
        runs.add(threads.submit(run));
      }
      for (Future<Integer> run : runs) {
        assertEquals(25, run.get());
      }
    }
  }

  private static Sampling sampled(int tokens) {
    return Sampling.neutral().temperature(0.5).seed(3).ignoreEos(true).maxTokens(tokens);
  }

  private static int work(LanguageModel model, int[][] prompts, int[][] expected, Random random) {
    int rounds = 0;
    try (var session = model.newSession()) {
      for (; rounds < 25; rounds++) {
        int i = random.nextInt(prompts.length);
        switch (random.nextInt(4)) {
          case 0 -> session.generate(prompts[i], sampled(90)).iterator().next();
          case 1 -> {
            try (Generation cancelled = session.generate(prompts[i], sampled(50))) {
              cancelled.iterator().next();
            }
          }
          case 2 -> assertEquals(prompts[i].length - 1, model.score(prompts[i]).length);
          default ->
              assertArrayEquals(expected[i], session.generate(prompts[i], sampled(30)).ids());
        }
      }
    }
    return rounds;
  }
}
