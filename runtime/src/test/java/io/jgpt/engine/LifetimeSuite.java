package io.jgpt.engine;

import static io.jgpt.engine.EngineFixture.append;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.model.DType;
import io.jgpt.testing.RandomModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who opens closes, and everything comes back. */
public abstract class LifetimeSuite extends EngineSuite {

  /** Small: V 207, P 97, C 39, L 2, NH 3, F 50. */
  protected static final RandomModel MODEL = RandomModel.small(1);

  @ParameterizedTest
  @MethodSource("engines")
  void closingInAnyOrderReturnsEverything(EngineUnderTest under) {
    for (int seed = 0; seed < 20; seed++) {
      Engine engine = under.open(MODEL, DType.F32);
      var closeables = new ArrayList<AutoCloseable>(List.of(engine));
      for (int i = 0; i < 4; i++) {
        KvSequence sequence = engine.newSequence(10 + i);
        append(engine, sequence, 1, 2, 3);
        closeables.add(sequence);
      }
      assertTrue(under.held() > 0);
      closeables.addAll(List.copyOf(closeables)); // each is closed twice
      Collections.shuffle(closeables, new Random(seed));
      closeables.forEach(LifetimeSuite::close);
      assertEquals(0, under.held());
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsClosedSaysSo(EngineUnderTest under) {
    Engine engine = under.open(MODEL, DType.F32);
    KvSequence sequence = engine.newSequence(5);
    sequence.close();
    var batch = new Batch();
    batch.add(sequence, new int[1], 0, 1, Batch.Logits.NONE, null);
    closedSays("the sequence is closed", () -> engine.forward(batch));
    closedSays("the sequence is closed", sequence::length);
    closedSays("the sequence is closed", () -> sequence.truncate(0));
    KvSequence open = engine.newSequence(5);
    engine.close();
    closedSays("the engine is closed", () -> engine.newSequence(5));
    closedSays("the engine is closed", () -> engine.forward(new Batch()));
    closedSays("the engine is closed", engine::readBandwidth);
    closedSays("the sequence is closed", open::length);
  }

  private static void closedSays(String message, Executable use) {
    assertEquals(message, assertThrows(IllegalStateException.class, use).getMessage());
  }
}
