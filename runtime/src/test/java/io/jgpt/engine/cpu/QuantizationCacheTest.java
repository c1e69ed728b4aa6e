package io.jgpt.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.engine.EngineFixture;
import io.jgpt.error.JgptException;
import io.jgpt.model.DType;
import io.jgpt.model.Gpt2Weights;
import io.jgpt.model.Tensor;
import io.jgpt.testing.RandomModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizationCacheTest {

  private static final RandomModel MODEL = RandomModel.small(1);
  private static final int[] IDS = EngineFixture.tokens(2, 20, MODEL.config().vocabSize());

  @TempDir private Path directory;
  private final List<JgptException> warnings = new ArrayList<>();

  private float[] logits(Gpt2Weights weights, Optional<Path> cache) {
    var memory = new NativeMemory(() -> Long.MAX_VALUE);
    var options = new CpuOptions(DType.INT8, 2, MODEL.config().nPositions(), cache, warnings::add);
    try (var engine =
        CpuEngine.open(MODEL.config(), weights, options, new JavaOperators(2, memory), memory)) {
      return EngineFixture.logits(engine, IDS);
    } finally {
      assertEquals(0, memory.held());
    }
  }

  private float[] logits() {
    return logits(MODEL.weights(), Optional.of(directory));
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean sound(Gpt2Weights weights) {
    var matrices = CpuWeights.matrices(weights);
    try (var workers = new WorkerThreads(1);
        var arena = Arena.ofConfined()) {
      return new QuantizationCache(directory, matrices, workers)
          .read(QuantizedMatrices.bytes(matrices), arena)
          .isPresent();
    }
  }

  @Test
  void theSecondStartReadsWhatTheFirstWrote() throws IOException {
    float[] expected = logits(MODEL.weights(), Optional.empty());
    assertEquals(List.of(), files());
    assertArrayEquals(expected, logits());
    assertEquals(1, files().size());
    assertTrue(sound(MODEL.weights()));
    byte[] written = Files.readAllBytes(files().getFirst());
    Object inode = Files.getAttribute(files().getFirst(), "unix:ino");
    assertArrayEquals(expected, logits());
    assertEquals(inode, Files.getAttribute(files().getFirst(), "unix:ino"), "written again");
    assertArrayEquals(written, Files.readAllBytes(files().getFirst()));
    assertEquals(List.of(), warnings);
  }

  @Test
  void whatTheFileSaysIsWhatRuns() {
    // A cache that were ignored would pass every other test. This one is sound, under the key of
    // MODEL, and holds another model's weights.
    var other = RandomModel.small(3);
    var matrices = CpuWeights.matrices(MODEL.weights());
    try (var workers = new WorkerThreads(1);
        var arena = Arena.ofConfined()) {
      var otherCache =
          new QuantizationCache(directory, CpuWeights.matrices(other.weights()), workers);
      logits(other.weights(), Optional.of(directory));
      long size = QuantizedMatrices.bytes(matrices);
      MemorySegment body = otherCache.read(size, arena).orElseThrow();
      new QuantizationCache(directory, matrices, workers).write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    float[] fresh = logits(MODEL.weights(), Optional.empty());
    assertTrue(EngineFixture.error(logits(), fresh) > 0.1);
  }

  @Test
  void aDamagedFileIsReplaced() throws IOException {
    float[] expected = logits();
    Path file = files().getFirst();
    byte[] good = Files.readAllBytes(file);
    List<byte[]> damaged = new ArrayList<>();
    for (int length : new int[] {0, 1, 64, 128, good.length - 1}) {
      damaged.add(Arrays.copyOf(good, length));
    }
    damaged.add(Arrays.copyOf(good, good.length + 1));
    for (int at : new int[] {0, 31, 32, 64, 100, 127, 128, good.length / 2, good.length - 1}) {
      byte[] flipped = good.clone();
      flipped[at] ^= 0x10;
      damaged.add(flipped);
    }
    for (byte[] bytes : damaged) {
      Files.write(file, bytes);
      assertArrayEquals(expected, logits());
      assertArrayEquals(good, Files.readAllBytes(file));
      assertEquals(List.of(file), files());
    }
    assertEquals(List.of(), warnings);
  }

  @Test
  void oneChangedWeightIsAnotherFile() {
    logits();
    Tensor head = MODEL.weights().lmHead();
    MemorySegment changed = Arena.ofAuto().allocate(head.data().byteSize(), 64);
    changed.copyFrom(head.data());
    long last = head.elements() - 1;
    changed.setAtIndex(
        ValueLayout.JAVA_INT, last, changed.getAtIndex(ValueLayout.JAVA_INT, last) ^ 1);
    var weights =
        new Gpt2Weights(
            MODEL.weights().wte(),
            MODEL.weights().wpe(),
            MODEL.weights().layers(),
            MODEL.weights().lnFGain(),
            MODEL.weights().lnFBias(),
            new Tensor(head.name(), head.dtype(), new long[] {head.dim(0), head.dim(1)}, changed));
    logits(weights, Optional.of(directory));
    assertEquals(2, files().size());
    assertTrue(sound(MODEL.weights()));
    assertTrue(sound(weights));
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsAWarningAndNoMore() throws IOException {
    float[] expected = logits(MODEL.weights(), Optional.empty());
    Path file = Files.createFile(directory.resolve("file"));
    assertArrayEquals(expected, logits(MODEL.weights(), Optional.of(file.resolve("cache"))));
    assertEquals(List.of("engine.cache"), warnings.stream().map(JgptException::key).toList());
  }

  @Test
  void aWriteThatFailsLeavesNothingBehind() throws IOException {
    logits();
    Path file = files().getFirst();
    Files.delete(file);
    Files.createDirectories(file.resolve("in the way"));
    logits();
    assertEquals(List.of(file), files());
    assertEquals(List.of("engine.cache"), warnings.stream().map(JgptException::key).toList());
  }

  @Test
  void aMissingDirectoryIsMade() {
    Path deep = directory.resolve("a/b");
    logits(MODEL.weights(), Optional.of(deep));
    assertTrue(Files.isDirectory(deep));
    assertEquals(List.of(), warnings);
  }
}
