package io.jgpt.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What goes past JCuda: structs of the right sizes, and calls that arrive. */
@Tag("cuda")
class ForeignCallsTest {

  @Test
  void structsAreAsLargeAsTheDriverTakesThem() {
    CudaDriver.require();
    assertEquals(56, ForeignCalls.LAUNCH_CONFIG.byteSize());
    assertEquals(72, ForeignCalls.LAUNCH_ATTRIBUTE.byteSize());
  }

  @Test
  void everyDriverThatIsNewEnoughHasTheCalls() {
    CudaDriver.require();
    assertTrue(ForeignCalls.LAUNCH_KERNEL_EX.isPresent());
    assertTrue(ForeignCalls.MEM_POOL_SET_ATTRIBUTE.isPresent());
    assertTrue(ForeignCalls.TENSOR_MAP_ENCODE_TILED.isPresent());
    var missing =
        assertThrows(
            DeviceException.class, () -> ForeignCalls.require(Optional.empty(), "cuNotThere"));
    assertEquals("cuda.missing-call", missing.key());
  }

  @Test
  void aLaunchWithAttributesComputesTheSame() {
    try (CudaContext context = CudaContext.open(0)) {
      var embedding = new EmbeddingOnDevice(context);
      for (List<ExtendedLaunch.Attribute> attributes :
          List.<List<ExtendedLaunch.Attribute>>of(
              List.of(), List.of(new ExtendedLaunch.Overlap()))) {
        embedding.stream.fill(embedding.out, (byte) 0);
        embedding
            .function
            .newLaunch(embedding.stream, embedding.shape, attributes)
            .launch(embedding.put());
        assertArrayEquals(
            embedding.expected(5, 0, 6), TestDevice.download(embedding.stream, embedding.out));
      }
    }
  }

  @Test
  void aLaunchThatTheDriverRefusesSaysWhich() {
    try (CudaContext context = CudaContext.open(0)) {
      var embedding = new EmbeddingOnDevice(context);
      ExtendedLaunch launch =
          embedding.function.newLaunch(
              embedding.stream, LaunchShape.of(TestDevice.T, 1 << 20), List.of());
      var refused = assertThrows(DeviceException.class, () -> launch.launch(embedding.put()));
      assertTrue(refused.getMessage().contains("cuLaunchKernelEx"), refused.getMessage());
      assertTrue(refused.getMessage().contains("block 1048576x1x1"), refused.getMessage());
    }
  }

  @Test
  void aPoolKeepsTheThresholdThatIsSet() throws Throwable {
    MethodHandle defaultPool = driverCall("cuDeviceGetDefaultMemPool", ADDRESS, JAVA_INT);
    MethodHandle get = driverCall("cuMemPoolGetAttribute", JAVA_LONG, JAVA_INT, ADDRESS);
    MethodHandle set =
        ForeignCalls.require(ForeignCalls.MEM_POOL_SET_ATTRIBUTE, "cuMemPoolSetAttribute");
    int which = ForeignCalls.MEMPOOL_ATTRIBUTE_RELEASE_THRESHOLD;
    try (CudaContext _ = CudaContext.open(0);
        Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_LONG);
      assertEquals(0, (int) defaultPool.invokeExact(value, 0));
      long pool = value.get(JAVA_LONG, 0);
      assertEquals(0, (int) get.invokeExact(pool, which, value));
      long before = value.get(JAVA_LONG, 0);
      assertEquals(0, ForeignCalls.setReleaseThreshold(set, pool, 123 << 20));
      assertEquals(0, (int) get.invokeExact(pool, which, value));
      assertEquals(123 << 20, value.get(JAVA_LONG, 0));
      assertEquals(0, ForeignCalls.setReleaseThreshold(set, pool, before));
    }
  }

  private static MethodHandle driverCall(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup("libcuda.so.1", Arena.global()).findOrThrow(name),
            FunctionDescriptor.of(JAVA_INT, arguments));
  }
}
