package io.jgpt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.cuda.Simulator;
import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import io.jgpt.sampling.Sampling;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole runtime on a CUDA device: what the CPU says, and what comes back when it must. */
@Tag("cudasim")
@Timeout(1800) // against what hangs: where every access is checked, some take minutes
class CudaModelTest {

  private static final Path PLAIN = Path.of("src/test/resources/golden/plain"); // V 207, P 111
  private static final Sampling SAMPLED =
      Sampling.neutral().temperature(0.5).seed(3).ignoreEos(true);

  private long before;
  private long findings;

  @BeforeEach
  void reset() {
    Simulator.reset();
    before = held();
    findings = Simulator.findings();
  }

  @AfterEach
  void everythingIsBack() {
    Simulator.reset();
    assertEquals(before, held());
    assertEquals(findings, Simulator.findings());
  }

  private static long held() {
    return Simulator.liveBytes() + Simulator.liveObjects();
  }

  private static LanguageModel open(String device) {
    return LanguageModel.open(PLAIN, Options.device(device).dtype(DType.F32));
  }

  private static int[] prompt(int tokens) {
    return new Random(tokens).ints(tokens, 1, 207).toArray();
  }

  /** Prompts in chunks of 64 tokens beside who decodes, joining and leaving. */
  @Test
  void promptsOfAllLengthsTogetherGiveWhatTheCpuGives() {
    List<int[]> prompts = List.of(prompt(1), prompt(90), prompt(33), prompt(75), prompt(64));
    try (var cpu = open("cpu");
        var cuda = open("cuda")) {
      List<Generation> expected = cpu.generateIds(prompts, SAMPLED.maxTokens(20), 2);
      List<Generation> actual = cuda.generateIds(prompts, SAMPLED.maxTokens(20), 2);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i).ids(), actual.get(i).ids(), "generation " + i);
      }
    }
  }

  /** The pool has pages for 16 contexts: whoever kept some would leave none for the others. */
  @Test
  void pagesReturnFromWhoIsCancelledAndWhoCloses() {
    try (var model = open("cuda")) {
      int[] expected;
      try (var session = model.newSession()) {
        expected = session.generate(prompt(70), SAMPLED.maxTokens(9)).ids();
      }
      for (int i = 0; i < 40; i++) {
        try (var session = model.newSession()) {
          Generation cancelled = session.generate(prompt(70), SAMPLED.maxTokens(40));
          cancelled.iterator().next();
          cancelled.cancel();
          if (i % 10 == 0) {
            assertArrayEquals(expected, session.generate(prompt(70), SAMPLED.maxTokens(9)).ids());
          }
        }
      }
    }
  }

  /** From the first copy of a prompt on, through the step that is captured to those replayed. */
  @Test
  void whicheverCallFailsTheGenerationTellsItAndTheModelGoesOnIfItCan() {
    Sampling sampling = SAMPLED.maxTokens(4);
    int[] expected;
    long calls;
    try (var model = open("cuda");
        var session = model.newSession()) {
      long start = Simulator.calls();
      expected = session.generate(prompt(5), sampling).ids();
      calls = Simulator.calls() - start;
    }
    int told = 0;
    for (int n = 1; n <= calls; n++) {
      String fault = n + (n % 2 == 0 ? "" : ":CUDA_ERROR_NOT_SUPPORTED");
      try (var model = open("cuda");
          var session = model.newSession()) {
        Simulator.setFault(fault);
        Optional<DeviceException> failure = failure(session, sampling, expected, fault);
        Simulator.clearFault();
        if (failure.isPresent()) {
          told++;
          Optional<DeviceException> later = failure(session, sampling, expected, fault);
          boolean lost = failure.get().key().equals("cuda.lost");
          assertEquals(
              lost ? failure.map(DeviceException::getMessage) : Optional.empty(),
              later.map(DeviceException::getMessage),
              fault);
        }
      }
      assertEquals(before, held(), fault);
    }
    // All but one: what was captured is given back once its graph is made.
    assertTrue(told >= calls - 1, told + " of " + calls);
  }

  /** Why the generation failed, if it did; else it has answered rightly. */
  private static Optional<DeviceException> failure(
      GenerationSession session, Sampling sampling, int[] expected, String fault) {
    try {
      assertArrayEquals(expected, session.generate(prompt(5), sampling).ids(), fault);
      return Optional.empty();
    } catch (DeviceException e) {
      assertTrue(e.key().startsWith("cuda."), e.key());
      return Optional.of(e);
    }
  }

  @Test
  void aLostContextIsTheReasonForWhoRunsAndWhoComesAfter() {
    try (var model = open("cuda");
        var session = model.newSession();
        var other = model.newSession()) {
      assertEquals(2, other.generate(prompt(3), SAMPLED.maxTokens(2)).ids().length);
      Simulator.setFault("cuGraphLaunch:3:CUDA_ERROR_ILLEGAL_ADDRESS");
      Generation generation = session.generate(prompt(5), SAMPLED.maxTokens(40));
      Iterator<Token> tokens = generation.iterator();
      for (int i = 0; i < 3; i++) { // of the prompt, and of two graphs
        tokens.next();
      }
      var lost = assertThrows(DeviceException.class, tokens::hasNext);
      assertEquals("cuda.lost", lost.key());
      assertTrue(lost.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS"), lost.getMessage());
      for (GenerationSession one : List.of(session, other, model.newSession())) {
        Generation later = one.generate(prompt(4), SAMPLED.maxTokens(5));
        var reason = assertThrows(DeviceException.class, later::ids);
        assertEquals(lost.getMessage(), reason.getMessage());
      }
    }
    try (var model = open("cuda");
        var session = model.newSession()) {
      assertEquals(2, session.generate(prompt(3), SAMPLED.maxTokens(2)).ids().length);
    }
  }
}
