package io.jgpt.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.DeviceException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The gate on a device, whichever it is: what goes through comes out right. */
@Tag("cuda")
class CudaDeviceTest {

  private CudaContext context;

  @BeforeEach
  void open() {
    context = CudaContext.open(0);
  }

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void theDriverIsThereAndTellsItsDevices() {
    var available = assertInstanceOf(CudaDriver.Available.class, CudaDriver.availability());
    assertTrue(available.driverVersion() >= CudaDriver.OLDEST_VERSION);
    DeviceFacts device = available.devices().getFirst();
    assertEquals(device, context.device());
    assertTrue(device.computeCapability() >= 75, device.toString());
    assertTrue(device.totalBytes() > 1 << 20, device.toString());
    assertEquals(32, device.warpSize());
    assertTrue(device.sharedBytesPerBlockOptin() >= device.sharedBytesPerBlock());
    assertTrue(device.label().startsWith("GPU 0 (" + device.name()), device.label());
  }

  @Test
  void kernelsComputeWithTheArgumentsGivenInOrder() {
    var embedding = new EmbeddingOnDevice(context);
    embedding.launch();
    assertArrayEquals(
        embedding.expected(5, 0, 6), TestDevice.download(embedding.stream, embedding.out));
  }

  @Test
  void argumentsMayChangeAsSoonAsTheKernelIsQueued() {
    var embedding = new EmbeddingOnDevice(context);
    DeviceBuffer other = context.allocate("other", embedding.out.bytes());
    embedding.launch();
    embedding.function.launch(
        embedding.stream,
        embedding.shape,
        embedding
            .arguments
            .begin()
            .putAddress(embedding.tokens)
            .putAddress(embedding.positions)
            .putAddress(embedding.wpe)
            .putAddress(embedding.wte)
            .putAddress(other)
            .putInt(TestDevice.C)
            .putInt(TestDevice.C));
    assertArrayEquals(
        embedding.expected(5, 0, 6), TestDevice.download(embedding.stream, embedding.out));
    float[] swapped = TestDevice.download(embedding.stream, other);
    assertEquals(embedding.positionTable[5 * TestDevice.C] + embedding.tokenTable[0], swapped[0]);
  }

  @Test
  void aGraphReadsWhatLiesInMemoryWhenItIsLaunched() {
    var embedding = new EmbeddingOnDevice(context);
    try (PinnedBuffer result = context.allocatePinned("result", (int) embedding.out.bytes());
        PinnedBuffer ids = context.allocatePinned("ids", 12);
        CudaGraph graph =
            embedding.stream.capture(
                "step",
                () -> {
                  embedding.stream.upload(embedding.tokens, ids);
                  embedding.launch();
                  embedding.stream.download(result, embedding.out);
                })) {
      for (int[] tokens : new int[][] {{1, 2, 3}, {4, 5, 6}, {0, 0, 0}}) {
        MemorySegment.copy(tokens, 0, ids.segment(), ValueLayout.JAVA_INT, 0, 3);
        graph.launch(embedding.stream);
        embedding.stream.synchronize();
        assertArrayEquals(embedding.expected(tokens), TestDevice.floats(result));
      }
    }
  }

  @Test
  void whatAFailedCaptureLeavesIsCleanedUpAndTheStreamGoesOn() {
    var embedding = new EmbeddingOnDevice(context);
    var failure = new IllegalStateException("while queueing");
    assertEquals(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                embedding.stream.capture(
                    "step",
                    () -> {
                      embedding.launch();
                      throw failure;
                    })));
    embedding.launch();
    assertArrayEquals(
        embedding.expected(5, 0, 6), TestDevice.download(embedding.stream, embedding.out));
  }

  @Test
  void copiesAndFillsReachTheirRangesOnly() {
    try (CudaStream stream = context.newStream("copies");
        DeviceBuffer buffer = context.allocate("buffer", 64);
        DeviceBuffer other = context.allocate("other", 32)) {
      stream.fill(buffer, (byte) 1);
      stream.fillInts(buffer.slice(16, 8), 0x02030405);
      stream.copy(other, buffer.slice(8, 32));
      byte[] bytes = new byte[32];
      stream.read(MemorySegment.ofArray(bytes), other);
      byte[] expected = new byte[32];
      Arrays.fill(expected, (byte) 1);
      System.arraycopy(new byte[] {5, 4, 3, 2, 5, 4, 3, 2}, 0, expected, 8, 8);
      assertArrayEquals(expected, bytes);
    }
  }

  @Test
  void eventsOrderStreams() {
    float[] values = TestDevice.floats(3, 5000);
    try (CudaStream first = context.newStream("first");
        CudaStream second = context.newStream("second");
        CudaEvent uploaded = context.newEvent("uploaded");
        PinnedBuffer source = context.allocatePinned("source", 4 * values.length);
        PinnedBuffer target = context.allocatePinned("target", 4 * values.length);
        DeviceBuffer buffer = context.allocate("buffer", 4L * values.length)) {
      TestDevice.fill(source, values);
      first.upload(buffer, source);
      first.record(uploaded);
      second.await(uploaded);
      second.download(target, buffer);
      second.synchronize();
      assertArrayEquals(values, TestDevice.floats(target));
    }
  }

  @Test
  void timedEventsTellTheTimeBetweenThem() {
    try (CudaStream stream = context.newStream("timed");
        CudaEvent start = context.newTimedEvent("start");
        CudaEvent end = context.newTimedEvent("end")) {
      stream.record(start);
      stream.record(end);
      end.synchronize();
      assertTrue(end.millisSince(start) >= 0);
    }
  }

  @Test
  void argumentsAreHeldAgainstWhatThePtxDeclares() {
    var embedding = new EmbeddingOnDevice(context);
    KernelArguments arguments = embedding.arguments;
    assertEquals(7, embedding.function.parameterCount());
    assertThrows(IllegalArgumentException.class, () -> arguments.begin().putInt(1));
    assertThrows(IllegalArgumentException.class, () -> arguments.begin().putFloat(1));
    assertThrows(IllegalArgumentException.class, () -> embedding.put().begin().putDouble(1));
    assertThrows(IllegalStateException.class, () -> embedding.put().putInt(1));
    arguments.begin().putAddress(embedding.tokens);
    assertThrows(
        IllegalStateException.class,
        () -> embedding.function.launch(embedding.stream, embedding.shape, arguments));
  }

  @Test
  void aKernelTellsWhatItNeeds() {
    var embedding = new EmbeddingOnDevice(context);
    CudaFunction.Attributes attributes = embedding.function.attributes();
    assertTrue(attributes.maxThreadsPerBlock() >= 128, attributes.toString());
    assertEquals(0, attributes.localBytes());
    assertTrue(embedding.function.blocksPerMultiprocessor(128, 0) >= 1);
  }

  @Test
  void memoryIsCountedFreeAgainWhenItIsClosed() {
    long before = context.memory().freeBytes();
    try (DeviceBuffer buffer = context.allocate("large", 64 << 20)) {
      assertTrue(context.memory().freeBytes() <= before - buffer.bytes());
    }
    assertEquals(before, context.memory().freeBytes());
  }

  @Test
  void whatIsClosedThrowsWithItsName() {
    CudaStream stream = context.newStream("short-lived");
    DeviceBuffer buffer = context.allocate("gone", 16);
    DeviceBuffer view = buffer.slice("part", 0, 8);
    PinnedBuffer pinned = context.allocatePinned("pinned", 8);
    view.close(); // a view: nothing happens
    stream.fill(buffer, (byte) 0);
    buffer.close();
    buffer.close();
    pinned.close();
    assertMessage("part is closed", () -> stream.fill(view, (byte) 0));
    assertMessage("gone is closed", buffer::address);
    assertThrows(IllegalStateException.class, () -> pinned.segment().fill((byte) 0));
    stream.close();
    assertMessage("short-lived is closed", stream::synchronize);
    context.close();
    context.close();
    assertTrue(
        assertThrows(IllegalStateException.class, context::memory).getMessage().contains("closed"));
  }

  @Test
  void sizesAndContextsMustAgree() {
    try (CudaContext second = CudaContext.open(0);
        CudaStream stream = context.newStream("copies");
        DeviceBuffer buffer = context.allocate("buffer", 16);
        DeviceBuffer foreign = second.allocate("foreign", 16);
        PinnedBuffer pinned = context.allocatePinned("pinned", 8)) {
      assertThrows(IllegalArgumentException.class, () -> stream.upload(buffer, pinned));
      assertThrows(IllegalArgumentException.class, () -> stream.copy(buffer, foreign));
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.slice(8, 9));
      assertThrows(IllegalArgumentException.class, () -> context.allocate("empty", 0));
    }
  }

  @Test
  void twoContextsWorkInTurnOnOneThread() {
    var one = new EmbeddingOnDevice(context);
    try (CudaContext second = CudaContext.open(0)) {
      var two = new EmbeddingOnDevice(second);
      one.launch();
      two.launch();
      assertArrayEquals(one.expected(5, 0, 6), TestDevice.download(one.stream, one.out));
      assertArrayEquals(two.expected(5, 0, 6), TestDevice.download(two.stream, two.out));
    }
    one.launch();
    assertArrayEquals(one.expected(5, 0, 6), TestDevice.download(one.stream, one.out));
  }

  @Test
  void aContextBelongsToOneThreadUntilItIsReleased() {
    var embedding = new EmbeddingOnDevice(context);
    var refused =
        assertThrows(
            CompletionException.class, () -> CompletableFuture.runAsync(embedding::launch).join());
    assertInstanceOf(IllegalStateException.class, refused.getCause());
    context.release();
    CompletableFuture.runAsync(
            () -> {
              embedding.launch();
              embedding.stream.synchronize();
              context.release();
            })
        .join();
    assertArrayEquals(
        embedding.expected(5, 0, 6), TestDevice.download(embedding.stream, embedding.out));
  }

  @Test
  void aDeviceThatIsNotThereIsRefusedWithTheCount() {
    int count = CudaDriver.require().devices().size();
    var refused = assertThrows(DeviceException.class, () -> CudaContext.open(count));
    assertEquals("cuda.ordinal", refused.key());
    assertThrows(DeviceException.class, () -> CudaContext.open(-1));
  }

  @Test
  void moreMemoryThanThereIsIsRefusedWithSizesAndTheContextGoesOn() {
    long much = 2 * context.memory().totalBytes();
    var refused = assertThrows(DeviceException.class, () -> context.allocate("kv.pages", much));
    assertEquals("cuda.out-of-memory", refused.key());
    assertTrue(refused.getMessage().contains("kv.pages, "), refused.getMessage());
    assertTrue(refused.getMessage().contains("--max-context"), refused.getMessage());
    var embedding = new EmbeddingOnDevice(context);
    embedding.launch();
    assertArrayEquals(
        embedding.expected(5, 0, 6), TestDevice.download(embedding.stream, embedding.out));
  }

  @Test
  void ptxThatTheDriverCannotCompileIsRefusedWithItsFirstComplaint() {
    String broken =
        TestDevice.ptx("embed").replace(".visible .entry embed_f32", ".visible .entry $");
    var refused =
        assertThrows(DeviceException.class, () -> context.loadModule("broken.ptx", broken));
    assertTrue(refused.getMessage().contains("broken.ptx"), refused.getMessage());
    assertTrue(refused.getMessage().contains("cuModuleLoadDataEx"), refused.getMessage());
  }

  @Test
  void ptxForNewerDriversOrDevicesIsRefused() {
    String ptx = TestDevice.ptx("embed");
    String tooNew = ptx.replaceFirst("\\.version \\S+", ".version 99.0");
    var driver = assertThrows(DeviceException.class, () -> context.loadModule("new.ptx", tooNew));
    assertTrue(driver.getMessage().contains("update the driver"), driver.getMessage());
    String tooBig = ptx.replaceFirst("\\.target \\S+", ".target sm_999");
    var device = assertThrows(DeviceException.class, () -> context.loadModule("big.ptx", tooBig));
    assertEquals("cuda.ptx-device", device.key());
    assertTrue(device.getMessage().contains("99.9"), device.getMessage());
  }

  private static void assertMessage(String expected, Executable call) {
    assertEquals(expected, assertThrows(IllegalStateException.class, call).getMessage());
  }
}
