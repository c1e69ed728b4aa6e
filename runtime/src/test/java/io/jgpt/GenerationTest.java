package io.jgpt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jgpt.error.InputException;
import io.jgpt.sampling.ReferenceDraw;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.TokenConstraint;
import io.jgpt.sampling.Truncate;
import io.jgpt.testing.FakeEngine;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a generation promises, on an engine whose tokens are known beforehand: one that hands over
 * logits, and one that draws.
 */
@Timeout(60)
@ParameterizedClass(name = "the engine draws: {0}")
@ValueSource(booleans = {false, true})
class GenerationTest {

  private static final int[] PROMPT = FakeModel.TOKENIZER.encode("Once upon a time");

  private final FakeEngine engine = FakeModel.engine();
  private final LanguageModel model;
  private final GenerationSession session;

  GenerationTest(boolean engineDraws) {
    if (engineDraws) {
      engine.drawing(new ReferenceDraw(FakeModel.V)::answer);
    }
    model = FakeModel.with(engine);
    session = model.newSession();
  }

  @AfterEach
  void close() {
    session.close();
    assertEquals(0, engine.openTokens());
    model.close();
  }

  /** Makes the model say {@code text} after the prompt, then end. */
  private void say(String text) {
    int[] ids = FakeModel.TOKENIZER.encode(text);
    ids = Arrays.copyOf(ids, ids.length + 1);
    ids[ids.length - 1] = FakeModel.END_OF_TEXT;
    engine.script(PROMPT.length, ids);
  }

  private static String joined(Iterable<Token> tokens) {
    var text = new StringBuilder();
    tokens.forEach(token -> text.append(token.text()));
    return text.toString();
  }

  @Test
  void tokensStreamTheTextAndEndOfTextStops() {
    String said = "there was a \"naïve\" 兔子 🐇👨‍👩‍👧 who ran.";
    say(said);
    try (Generation generation = session.generate("Once upon a time", Sampling.greedy())) {
      List<Token> tokens = new ArrayList<>();
      generation.forEach(tokens::add);

      assertEquals(said, tokens.stream().map(Token::text).collect(Collectors.joining()));
      assertEquals(said, generation.text());
      assertEquals(FinishReason.STOP, generation.finishReason());
      assertEquals(FakeModel.END_OF_TEXT, tokens.getLast().id());
      assertEquals(tokens.size(), generation.usage().completion());
      assertArrayEquals(tokens.stream().mapToInt(Token::id).toArray(), generation.ids());
      assertEquals(new Usage(PROMPT.length, tokens.size(), 0, 0), generation.usage());
    }
  }

  @Test
  void stopTextsAreFoundAcrossTokensAndAreNoPartOfTheText() {
    String said = "there was a rabbit.\nUser: and then?";
    for (String stop : List.of("\nUser:", ".\n", "r: a", "abbi", " rabbit.\nUser: and")) {
      say(said);
      Generation generation = session.generate(PROMPT, Sampling.greedy().stop("never said", stop));
      String expected = said.substring(0, said.indexOf(stop));

      assertEquals(expected, joined(generation), stop);
      assertEquals(expected, generation.text());
      assertEquals(FinishReason.STOP, generation.finishReason());
      assertTrue(FakeModel.TOKENIZER.decode(generation.ids()).startsWith(expected + stop));
    }
  }

  @Test
  void aStopTextThatDoesNotComeCostsNothing() {
    String said = "there was a rabbit.\nUse";
    say(said);
    Generation generation = session.generate(PROMPT, Sampling.greedy().stop("\nUser:"));
    assertEquals(said, generation.text());
    assertEquals(FinishReason.STOP, generation.finishReason());

    say(said + "less words");
    int three = FakeModel.TOKENIZER.encode(said).length;
    Generation cut = session.generate(PROMPT, Sampling.greedy().stop("\nUser:").maxTokens(three));
    assertEquals(FakeModel.TOKENIZER.decode(cut.ids()), cut.text());
    assertEquals(FinishReason.LENGTH, cut.finishReason());
  }

  @Test
  void halfACharacterAtTheEndIsAReplacementCharacter() {
    int[] rabbit = FakeModel.TOKENIZER.encode("🐇");
    assertTrue(rabbit.length > 1, "the test needs a character of several tokens");
    engine.script(PROMPT.length, rabbit);
    Generation generation =
        session.generate(PROMPT, Sampling.greedy().maxTokens(rabbit.length - 1));
    assertEquals("\uFFFD", generation.text());

    int[] half = {rabbit[0]};
    Sampling constrained = Sampling.greedy().constraint(() -> oneOf(half, 1));
    assertEquals("\uFFFD", session.generate(PROMPT, constrained).text());
  }

  @Test
  void anOrdinaryTokenThatEndsTheTextIsNoPartOfIt() {
    int[] said = FakeModel.TOKENIZER.encode("the end.");
    FakeEngine fake = FakeModel.engine().script(PROMPT.length, said);
    var last = List.of(said[said.length - 1]);
    try (var model = FakeModel.with(fake, Optional.of(FakeModel.TOKENIZER), last)) {
      Generation generation = model.newSession().generate(PROMPT, Sampling.greedy());
      assertEquals("the end", generation.text());
      assertArrayEquals(said, generation.ids());
    }
  }

  @Test
  void ignoringEndOfTextGoesOnToTheLimit() {
    say("the end");
    Sampling sampling = Sampling.greedy().ignoreEos(true).maxTokens(20);
    Generation generation = session.generate(PROMPT, sampling);
    assertEquals(20, generation.ids().length);
    assertEquals(FinishReason.LENGTH, generation.finishReason());
    assertTrue(generation.text().startsWith("the end"));
    assertFalse(generation.text().contains("<|endoftext|>"));
  }

  @Test
  void theContextLimitsTheLength() {
    int[] prompt = IntStream.range(0, FakeModel.CONTEXT - 5).map(i -> 1 + i % 400).toArray();
    Sampling sampling = Sampling.greedy().ignoreEos(true).maxTokens(100);
    Generation generation = session.generate(prompt, sampling);
    // Five fit behind the prompt, and what the last of them leads to can be told too.
    assertEquals(6, generation.ids().length);
    assertEquals(FinishReason.LENGTH, generation.finishReason());

    int[] full = IntStream.range(0, FakeModel.CONTEXT).map(i -> 1 + i % 400).toArray();
    assertEquals(1, session.generate(full, sampling).ids().length);
  }

  @Test
  void aPromptTooLongIsRefusedOrCut() {
    int[] prompt = IntStream.range(0, 300).map(i -> 1 + i % 400).toArray();
    var e = assertThrows(InputException.class, () -> session.generate(prompt, Sampling.greedy()));
    assertEquals(
        "the prompt has 300 tokens, the context holds 200; shorten it, or let --truncate left cut"
            + " its start",
        e.getMessage());

    Sampling left = Sampling.greedy().truncate(Truncate.LEFT).ignoreEos(true);
    assertCut(prompt, left.maxTokens(30), 171, 30);
    assertCut(prompt, left.maxTokens(1000), 100, 101);
    assertCut(Arrays.copyOf(prompt, 180), left.maxTokens(30), 171, 30);
    assertCut(Arrays.copyOf(prompt, 100), left.maxTokens(30), 100, 30);
  }

  private void assertCut(int[] prompt, Sampling sampling, int kept, int generated) {
    Generation cut = session.generate(prompt, sampling);
    assertEquals(kept, cut.usage().prompt());
    assertEquals(prompt.length - kept, cut.usage().truncated());
    assertEquals(generated, cut.usage().completion());
    int[] end = Arrays.copyOfRange(prompt, prompt.length - kept, prompt.length);
    Sampling whole = sampling.truncate(Truncate.NONE);
    assertArrayEquals(session.generate(end, whole).ids(), cut.ids());
  }

  @Test
  void anEmptyPromptStartsFromEndOfText() {
    assertArrayEquals(
        session.generate(new int[] {FakeModel.END_OF_TEXT}, Sampling.greedy()).ids(),
        session.generate("", Sampling.greedy()).ids());

    try (var endless =
        FakeModel.with(FakeModel.engine(), Optional.of(FakeModel.TOKENIZER), List.of())) {
      var e =
          assertThrows(
              InputException.class, () -> endless.newSession().generate("", Sampling.greedy()));
      assertEquals("facade.noStart", e.key());
    }
  }

  @Test
  void whatTheModelCannotTakeIsRefused() {
    assertKey("facade.id", () -> session.generate(new int[] {1, 504}, Sampling.greedy()));
    assertKey("facade.id", () -> session.generate(new int[] {-1}, Sampling.greedy()));
    assertKey("facade.id", () -> model.score(new int[] {1, 504}));
    assertKey("facade.scoreLength", () -> model.score(new int[201]));
    assertKey("sampling.bias", () -> session.generate(PROMPT, Sampling.greedy().logitBias(504, 1)));
    try (var mute = FakeModel.with(FakeModel.engine(), Optional.empty(), List.of(0))) {
      GenerationSession ids = mute.newSession();
      assertKey("facade.noText", () -> ids.generate("text", Sampling.greedy()));
      assertKey("facade.noStop", () -> ids.generate(PROMPT, Sampling.greedy().stop("x")));
      assertEquals("", ids.generate(PROMPT, Sampling.greedy()).text());
      assertEquals(128, ids.generate(PROMPT, Sampling.greedy().ignoreEos(true)).ids().length);
    }
  }

  private static void assertKey(String key, Runnable call) {
    assertEquals(key, assertThrows(InputException.class, call::run).key());
  }

  @Test
  void aSeedRepeatsAndIsReported() {
    Sampling sampling = Sampling.neutral().maxTokens(30).ignoreEos(true);
    Generation random = session.generate(PROMPT, sampling);
    int[] first = random.ids();
    assertArrayEquals(first, session.generate(PROMPT, sampling.seed(random.seed())).ids());
    Generation other = session.generate(PROMPT, sampling);
    assertNotEquals(random.seed(), other.seed());
    assertFalse(Arrays.equals(first, other.ids()));
    assertEquals(-5, session.generate(PROMPT, sampling.seed(-5)).seed());
  }

  @Test
  void logprobsAreOfTheRawLogits() {
    Sampling sampling =
        Sampling.greedy().logprobs(3).maxTokens(1).logitBias(77, 1e6).ignoreEos(true);
    Token token = session.generate(PROMPT, sampling).iterator().next();
    Logprobs logprobs = token.logprobs().orElseThrow();

    assertEquals(77, token.id());
    int[] scored = Arrays.copyOf(PROMPT, PROMPT.length + 1);
    scored[PROMPT.length] = 77;
    assertEquals(model.score(scored, PROMPT.length)[0], logprobs.logprob(), 1e-9);
    assertEquals(3, logprobs.top().size());
    assertTrue(logprobs.top().get(0).logprob() >= logprobs.top().get(1).logprob());
    assertTrue(logprobs.top().get(2).logprob() > logprobs.logprob());
    int best = session.generate(PROMPT, Sampling.greedy().maxTokens(1)).ids()[0];
    assertEquals(best, logprobs.top().get(0).id());

    assertEquals(0, top(Sampling.greedy().logprobs(0)).size());
    assertEquals(FakeModel.V, top(Sampling.greedy().logprobs(100_000)).size());
    double sum =
        top(Sampling.greedy().logprobs(FakeModel.V)).stream()
            .mapToDouble(candidate -> Math.exp(candidate.logprob()))
            .sum();
    assertEquals(1, sum, 1e-9);
  }

  @Test
  void theEngineDrawsWhatNobodyWantsToSee() {
    session.generate(PROMPT, Sampling.neutral().maxTokens(5).ignoreEos(true).logprobs(0)).ids();
    assertEquals(0, engine.drawn());
    session.generate(PROMPT, Sampling.neutral().maxTokens(5).ignoreEos(true)).ids();
    assertEquals(engine.drawsTokens() ? 5 : 0, engine.drawn());
  }

  private List<Logprobs.Candidate> top(Sampling sampling) {
    Token token = session.generate(PROMPT, sampling).iterator().next();
    return token.logprobs().orElseThrow().top();
  }

  @Test
  void aConstraintShapesTheTokensAndEndsThem() {
    int[] allowed = {40, 41, 42};
    Sampling sampling = Sampling.neutral().logitBias(7, 1e6).constraint(() -> oneOf(allowed, 6));
    Generation generation = session.generate(PROMPT, sampling);
    for (Token token : generation) {
      assertTrue(token.id() >= 40 && token.id() <= 42, "token " + token.id());
    }
    assertEquals(6, generation.ids().length);
    assertEquals(FinishReason.STOP, generation.finishReason());
    assertEquals(6, session.generate(PROMPT, sampling).ids().length); // a fresh one each time

    Generation none = session.generate(PROMPT, sampling.constraint(() -> oneOf(allowed, 0)));
    assertFalse(none.iterator().hasNext());
    assertEquals(FinishReason.STOP, none.finishReason());
    assertEquals(new Timings(0, 0, 0, 0, 0), none.timings());
  }

  private static TokenConstraint oneOf(int[] ids, int tokens) {
    long[] mask = new long[FakeModel.V / 64 + 1];
    for (int id : ids) {
      mask[id / 64] |= 1L << (id % 64);
    }
    return new TokenConstraint() {
      private int left = tokens;

      @Override
      public long[] mask() {
        return mask;
      }

      @Override
      public void accept(int id) {
        left--;
      }

      @Override
      public boolean isComplete() {
        return left == 0;
      }
    };
  }

  @Test
  void cancellingFromAnotherThreadEndsTheReading() throws Exception {
    Sampling endless = Sampling.neutral().ignoreEos(true).maxTokens(190);
    Generation generation = session.generate(PROMPT, endless);
    Iterator<Token> tokens = generation.iterator();
    tokens.next();
    tokens.next();
    Thread canceller = Thread.ofPlatform().start(generation::cancel);
    canceller.join();

    assertFalse(tokens.hasNext()); // though the engine has run ahead
    assertThrows(NoSuchElementException.class, tokens::next);
    assertEquals(FinishReason.CANCELLED, generation.finishReason());
    assertEquals(2, generation.usage().completion());
    assertEquals(2, generation.ids().length);
  }

  @Test
  void cancellingWakesAReaderThatWaits() throws Exception {
    var stuck = new CountDownLatch(1);
    var stepping = new CountDownLatch(1);
    engine.beforeStep(
        batch -> {
          stepping.countDown();
          await(stuck);
        });
    Generation generation = session.generate(PROMPT, Sampling.greedy());
    var canceller =
        Thread.ofPlatform()
            .start(
                () -> {
                  await(stepping);
                  generation.cancel();
                });
    assertFalse(generation.iterator().hasNext()); // while the step still runs
    canceller.join();
    stuck.countDown();
  }

  @Test
  void anInterruptOfTheReaderCancelsAndStaysSet() {
    Generation generation =
        session.generate(PROMPT, Sampling.greedy().ignoreEos(true).maxTokens(190));
    Iterator<Token> tokens = generation.iterator();
    tokens.next();
    Thread.currentThread().interrupt();
    assertFalse(tokens.hasNext());
    assertTrue(Thread.interrupted());
    assertEquals(FinishReason.CANCELLED, generation.finishReason());
  }

  @Test
  void whatIsDoneCannotBeCancelled() {
    Generation generation = session.generate(PROMPT, Sampling.greedy().maxTokens(3));
    String text = generation.text();
    generation.cancel();
    generation.close();
    assertEquals(FinishReason.LENGTH, generation.finishReason());
    assertEquals(text, generation.text());

    Generation counted = session.generate(PROMPT, Sampling.greedy().maxTokens(2));
    counted.iterator().next();
    counted.iterator().next();
    model.readBandwidth(); // comes after the step, and so after the end
    counted.cancel();
    assertEquals(FinishReason.LENGTH, counted.finishReason());
  }

  @Test
  void aFailureIsThrownToTheReaderAndTheSessionGoesOn() {
    var failure = new IllegalStateException("a step failed");
    engine.beforeStep(
        batch -> {
          if (engine.steps().size() == 3) {
            throw failure;
          }
        });
    Generation generation = session.generate(PROMPT, Sampling.greedy());
    Iterator<Token> tokens = generation.iterator();
    tokens.next();
    tokens.next();
    assertSame(failure, assertThrows(IllegalStateException.class, tokens::hasNext));
    assertSame(failure, assertThrows(IllegalStateException.class, generation::text));
    assertSame(failure, assertThrows(IllegalStateException.class, generation::finishReason));

    assertEquals(128, session.generate(PROMPT, Sampling.greedy().ignoreEos(true)).ids().length);
  }

  @Test
  void theNextGenerationOfASessionCancelsTheOneBefore() {
    Sampling endless = Sampling.greedy().ignoreEos(true).maxTokens(190);
    Generation first = session.generate(PROMPT, endless);
    first.iterator().next();
    Generation second = session.generate(PROMPT, endless.maxTokens(10));
    assertEquals(FinishReason.CANCELLED, first.finishReason());
    assertEquals(10, second.ids().length);
  }

  @Test
  void sessionsReuseWhatTheyKnowAndGiveWhatFreshOnesGive() {
    Sampling sampling = Sampling.neutral().seed(4).maxTokens(20).ignoreEos(true);
    int[] conversation = PROMPT;
    for (int turn = 0; turn < 4; turn++) {
      Generation reusing = session.generate(conversation, sampling);
      try (var fresh = model.newSession()) {
        assertArrayEquals(fresh.generate(conversation, sampling).ids(), reusing.ids());
      }
      assertEquals(turn == 0 ? 0 : conversation.length - 2, reusing.usage().reused());
      int[] next = Arrays.copyOf(conversation, conversation.length + 21);
      System.arraycopy(reusing.ids(), 0, next, conversation.length, 20);
      next[next.length - 1] = 99;
      conversation = next;
    }
  }

  @Test
  void batchesGiveWhatSinglesGiveAndSamplesDiffer() {
    Sampling sampling = Sampling.neutral().seed(4).maxTokens(25).ignoreEos(true);
    List<String> prompts = List.of("Once", "upon a", "time there was a little rabbit");
    List<Generation> together = model.generate(prompts, sampling, 3);

    assertEquals(9, together.size());
    for (int prompt = 0; prompt < 3; prompt++) {
      int[] single = session.generate(prompts.get(prompt), sampling).ids();
      assertArrayEquals(single, together.get(3 * prompt).ids());
      assertFalse(Arrays.equals(single, together.get(3 * prompt + 1).ids()));
      assertFalse(Arrays.equals(single, together.get(3 * prompt + 2).ids()));
    }
    assertThrows(IllegalArgumentException.class, () -> model.generate(prompts, sampling, 0));
    assertKey("facade.id", () -> model.generateIds(List.of(PROMPT, new int[] {504}), sampling, 1));
  }

  @Test
  void theEngineSaysHowManyTokensMayBeHeldAtOnce() {
    FakeEngine small = FakeModel.engine().maxKvTokens(100);
    Sampling sampling = Sampling.greedy().ignoreEos(true).maxTokens(60);
    try (var model = FakeModel.with(small)) {
      model.generateIds(List.of(PROMPT, PROMPT), sampling, 1).forEach(Generation::ids);
    }
    assertTrue(small.steps().stream().allMatch(counts -> counts.length == 1));
    assertEquals(120, small.steps().size());
  }

  @Test
  void closingTheModelEndsEverything() {
    Sampling endless = Sampling.greedy().ignoreEos(true).maxTokens(190);
    var gate = new CountDownLatch(1);
    engine.beforeStep(
        batch -> {
          if (engine.steps().size() == 5) {
            gate.countDown();
          }
        });
    Generation reading = session.generate(PROMPT, endless);
    List<Generation> batch = model.generate(List.of("a", "b"), endless, 2);
    await(gate);
    model.close();

    for (Generation generation : batch) {
      generation.forEach(token -> {});
    }
    reading.forEach(token -> {});
    assertEquals(1, engine.closed());
    assertEquals(0, engine.openTokens());
    var e = assertThrows(IllegalStateException.class, () -> session.generate(PROMPT, endless));
    assertEquals("model fake is closed", e.getMessage());
    assertThrows(IllegalStateException.class, () -> model.score(PROMPT));
    assertThrows(IllegalStateException.class, model::readBandwidth);
    session.close();
    model.close();
    assertEquals(1, engine.closed());
  }

  @Test
  void aClosedSessionSaysSo() {
    session.close();
    session.close();
    var e =
        assertThrows(
            IllegalStateException.class, () -> session.generate(PROMPT, Sampling.greedy()));
    assertEquals("the session is closed", e.getMessage());
  }

  @Test
  void timesAddUp() {
    Generation generation = session.generate(PROMPT, Sampling.greedy().ignoreEos(true));
    Timings timings = generation.timings();
    assertTrue(timings.firstTokenMs() >= timings.prefillMs());
    assertTrue(timings.prefillMs() > 0);
    assertEquals(127, timings.decodeTokens());
    assertEquals(PROMPT.length, timings.prefillTokens());
    assertEquals(127_000 / timings.decodeMs(), timings.decodeTokensPerSecond().orElseThrow(), 1e-6);
    Generation one = session.generate(PROMPT, Sampling.greedy().maxTokens(1));
    assertTrue(one.timings().decodeTokensPerSecond().isEmpty());
  }

  /** The event of a token without text is one object. What a text takes is the tokenizer's. */
  @Test
  void decodingAllocatesTheEventAlone() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] allocated = new long[200];
    int[] step = {0};
    FakeEngine fake =
        FakeModel.engine()
            .forgetful()
            .beforeStep(batch -> allocated[step[0]++] = threads.getCurrentThreadAllocatedBytes());
    try (var mute = FakeModel.with(fake, Optional.empty(), List.of())) {
      mute.newSession().generate(PROMPT, Sampling.defaults().maxTokens(180)).ids();
    }
    long perToken = (allocated[179] - allocated[50]) / 129;
    assertTrue(perToken > 0 && perToken <= 32, perToken + " bytes per token");
  }

  @Test
  void aReaderThatIsSlowHoldsUpNobody() {
    List<Generation> both =
        model.generate(List.of("slow", "fast"), Sampling.greedy().ignoreEos(true), 1);
    Iterator<Token> slow = both.get(0).iterator();
    slow.next();
    assertEquals(128, both.get(1).ids().length);
    int rest = 1;
    while (slow.hasNext()) {
      slow.next();
      rest++;
    }
    assertEquals(128, rest);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
