package io.jgpt.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import io.jgpt.model.Tensor;
import io.jgpt.testing.RandomTensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The binding: life, bounds, and the way the library is loaded. */
class NativeOperatorsTest {

  private static NativeOperators open(int threads) {
    return switch (NativeOperators.open(threads, InstructionSet.BEST)) {
      case NativeOperators.Opened opened -> opened.operators();
      case NativeOperators.Unavailable unavailable -> throw unavailable.reason();
    };
  }

  private static Tensor weight() {
    return RandomTensors.tensor(new Random(1), DType.F32, 1, 20, 30);
  }

  @Test
  void closedThingsSaySo() {
    NativeOperators operators = open(2);
    var linear = operators.pack(weight(), false, null, DType.F32);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate(4 * 20, 64);
      MemorySegment out = arena.allocate(4 * 30, 64);
      linear.close();
      linear.close();
      assertThrows(
          IllegalStateException.class, () -> operators.linear(x, linear, null, null, 1, out));
      operators.close();
      operators.close();
      assertThrows(IllegalStateException.class, operators::readBandwidth);
      assertThrows(
          IllegalStateException.class, () -> operators.pack(weight(), false, null, DType.F32));
    }
  }

  @Test
  void weightsOutliveTheOperators() {
    NativeOperators operators = open(2);
    var linear = operators.pack(weight(), false, null, DType.F16);
    operators.close();
    assertTrue(linear.bytes() >= 2 * 20 * 30);
    linear.close();
  }

  @Test
  void segmentsThatAreTooShortAreRefused() {
    try (NativeOperators operators = open(1);
        var linear = operators.pack(weight(), false, null, DType.F32);
        Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate(4 * 2 * 20, 64);
      MemorySegment out = arena.allocate(4 * 2 * 30, 64);
      operators.linear(x, linear, null, null, 2, out);
      assertThrows(
          IndexOutOfBoundsException.class, () -> operators.linear(x, linear, null, null, 3, out));
      assertThrows(
          IndexOutOfBoundsException.class, () -> operators.linear(x, linear, null, x, 2, out));
    }
  }

  @Test
  void moreThreadsThanThereCanBe() {
    var e =
        assertThrows(DeviceException.class, () -> NativeOperators.open(257, InstructionSet.BEST));
    assertEquals("engine.threads", e.key());
  }

  @Test
  void readsMemoryAtSomeRate() {
    try (NativeOperators operators = open(2)) {
      assertTrue(operators.readBandwidth() > 0);
    }
  }

  /** An application server has jgpt twice: each copy loads its own library. */
  @Test
  void twoClassLoadersLoadTheLibraryEach() throws Exception {
    URL[] path = {NativeLibrary.class.getProtectionDomain().getCodeSource().getLocation()};
    try (var first = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
        var second = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
      assertNotSame(loading(first).getClass(), loading(second).getClass());
      assertEquals("Loaded", loading(first).getClass().getSimpleName());
      assertEquals("Loaded", loading(second).getClass().getSimpleName());
    }
  }

  private static Object loading(ClassLoader loader) throws ReflectiveOperationException {
    var method = loader.loadClass(NativeLibrary.class.getName()).getDeclaredMethod("loading");
    method.setAccessible(true);
    return method.invoke(null);
  }
}
