package io.jgpt.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.engine.cuda.Simulator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever order the streams run in, every byte arrives. The simulator runs queued work at moments
 * drawn from a seed, as late as the rules allow: one order that is missing shows as wrong bytes.
 */
@Tag("cudasim")
class StagingTest {

  private CudaContext context;

  @BeforeEach
  void open() {
    CudaDriver.require();
    Simulator.reset();
    context = CudaContext.open(0);
  }

  @AfterEach
  void close() {
    context.close();
    Simulator.reset();
  }

  private static byte[] data(int bytes) {
    byte[] data = new byte[bytes];
    new Random(bytes).nextBytes(data);
    return data;
  }

  private static byte[] download(CudaStream stream, DeviceBuffer buffer) {
    byte[] bytes = new byte[(int) buffer.bytes()];
    stream.read(MemorySegment.ofArray(bytes), buffer);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 128, 1000, 1024})
  void everyByteArrivesUnderEverySchedule(int bytes) {
    byte[] data = data(bytes);
    for (int seed = 1; seed <= 40; seed++) {
      Simulator.setSeed(seed);
      try (Staging staging = TestDevice.staging(context, 64);
          CudaStream stream = context.newStream("steps");
          DeviceBuffer target = context.allocate("target", bytes)) {
        byte[] source = data.clone();
        staging.upload(stream, target, MemorySegment.ofArray(source));
        new Random(0).nextBytes(source); // it has been read
        assertArrayEquals(data, download(stream, target), "seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 60, 70, 1000})
  void stepsSeeTheirChunksUnderEverySchedule(int bytes) {
    byte[] data = data(bytes);
    for (int seed = 1; seed <= 40; seed++) {
      Simulator.setSeed(seed);
      List<Long> offsets = new ArrayList<>();
      try (Staging staging = TestDevice.staging(context, 64);
          CudaStream stream = context.newStream("steps");
          DeviceBuffer target = context.allocate("target", bytes)) {
        byte[] source = data.clone();
        staging.upload(
            stream,
            MemorySegment.ofArray(source),
            10,
            (steps, chunk, offset) -> {
              offsets.add(offset);
              steps.copy(target.slice(offset, chunk.bytes()), chunk);
            });
        new Random(0).nextBytes(source);
        assertArrayEquals(data, download(stream, target), "seed " + seed);
      }
      assertEquals(Math.ceilDiv(bytes, 60), offsets.size(), "chunks of whole units");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void uploadsOneAfterTheOtherDoNotMix(int seed) {
    Simulator.setSeed(seed);
    byte[] first = data(1000);
    byte[] second = data(500);
    try (Staging staging = TestDevice.staging(context, 64);
        CudaStream stream = context.newStream("steps");
        DeviceBuffer target = context.allocate("target", 1000);
        DeviceBuffer before = context.allocate("before", 500)) {
      staging.upload(stream, target, MemorySegment.ofArray(first));
      stream.copy(before, target.slice(0, 500)); // must still see the first upload
      staging.upload(stream, target.slice(0, 500), MemorySegment.ofArray(second));
      assertArrayEquals(Arrays.copyOf(first, 500), download(stream, before));
      System.arraycopy(second, 0, first, 0, 500);
      assertArrayEquals(first, download(stream, target));
    }
  }

  @Test
  void halvesAreOfOneSizeAndOutliveIt() {
    DeviceBuffer half = context.allocate("half", 64);
    DeviceBuffer other = context.allocate("other", 65);
    assertThrows(IllegalArgumentException.class, () -> Staging.open(context, half, other));
    Staging.open(context, half, half.slice(0, 64)).close();
    assertNotEquals(0, half.address());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 65, 7})
  void unitsMustFitChunksAndData(long unitBytes) {
    try (Staging staging = TestDevice.staging(context, 64);
        CudaStream stream = context.newStream("steps")) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              staging.upload(stream, MemorySegment.ofArray(data(100)), unitBytes, (_, _, _) -> {}));
    }
  }
}
