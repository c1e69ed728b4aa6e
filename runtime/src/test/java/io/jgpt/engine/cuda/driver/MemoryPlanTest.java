package io.jgpt.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.engine.cuda.driver.MemoryPlan.Placement;
import io.jgpt.error.DeviceException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arithmetic of a plan; that allocation follows it is in {@link DeviceLifetimeTest}. */
class MemoryPlanTest {

  private static final long GIB = 1L << 30;

  private final MemoryPlan plan = new MemoryPlan();
  // Declared out of order: what must fit comes first all the same.
  private final MemoryPlan.Group cache =
      plan.negotiable("KV cache", Placement.APART, shortage("KV cache"));
  private final MemoryPlan.Group weights =
      plan.fixed("weights", Placement.TOGETHER, shortage("weights"));
  private final MemoryPlan.Group workspace =
      plan.fixed("workspace", Placement.APART, shortage("workspace"));

  /** Stands for an engine's own message: what is of interest here are the two sizes. */
  private static MemoryPlan.Shortage shortage(String name) {
    return (needed, free) -> new DeviceException("cuda.setup", name, needed + " of " + free);
  }

  private static MemoryInfo free(long bytes) {
    return new MemoryInfo(bytes, 80 * GIB);
  }

  @Test
  void whatFitsExactlyFits() {
    weights.reserve("wte", 2 * GIB);
    workspace.reserve("logits", GIB);
    cache.reserve("kv.pages", 5 * GIB);
    assertEquals(8 * GIB, plan.bytes());
    assertDoesNotThrow(() -> plan.check(free(8 * GIB)));
    assertThrows(DeviceException.class, () -> plan.check(free(8 * GIB - 1)));
  }

  @Test
  void theGroupThatDoesNotFitIsTheOneComplainedAbout() {
    weights.reserve("wte", 2 * GIB);
    workspace.reserve("logits", GIB);
    cache.reserve("kv.pages", 5 * GIB);
    assertShortage("KV cache", "5.0 GiB of 4.5 GiB", 15 * GIB / 2);
    assertShortage("workspace", "1.0 GiB of 512.0 MiB", 5 * GIB / 2);
    assertShortage("weights", "2.0 GiB of 1.5 GiB", 3 * GIB / 2);
    assertShortage("weights", "2.0 GiB of 0 B", 0);
  }

  private void assertShortage(String group, String sizes, long free) {
    var shortage = assertThrows(DeviceException.class, () -> plan.check(free(free)));
    assertEquals(
        new DeviceException("cuda.setup", group, sizes).getMessage(), shortage.getMessage());
  }

  @Test
  void aGroupLearnsWhatTheOthersLeave() {
    weights.reserve("wte", 3 * GIB);
    assertEquals(10 * GIB, plan.roomFor(weights, free(10 * GIB)));
    assertEquals(7 * GIB, plan.roomFor(cache, free(10 * GIB)));
    assertEquals(-2 * GIB, plan.roomFor(cache, free(GIB)));
  }

  @Test
  void neighboursInOneAllocationArePaddedAndOthersAreNot() {
    weights.reserve("odd", 1);
    weights.reserve("even", 256);
    workspace.reserve("alone", 1);
    assertEquals(512, weights.bytes());
    assertEquals(1, workspace.bytes());
    assertEquals(0, cache.bytes());
  }

  @Test
  void everythingIsListedWithItsName() {
    weights.reserve("wte", 10);
    weights.reserve("wpe", 20);
    assertEquals(
        List.of("weights", "workspace", "KV cache"),
        plan.groups().stream().map(MemoryPlan.Group::name).toList());
    assertEquals(
        List.of(new MemoryPlan.Reservation("wte", 10), new MemoryPlan.Reservation("wpe", 20)),
        weights.reservations());
  }

  @Test
  void namesAreUniqueAndSizesPositive() {
    weights.reserve("wte", 10);
    assertThrows(IllegalArgumentException.class, () -> cache.reserve("wte", 10));
    assertThrows(IllegalArgumentException.class, () -> cache.reserve("none", 0));
    assertThrows(IllegalArgumentException.class, () -> cache.reserve("overflown", -1));
  }

  @Test
  void sizesThatOverflowAreNoSmallSizes() {
    weights.reserve("one", Long.MAX_VALUE - 1000);
    cache.reserve("two", Long.MAX_VALUE - 1000);
    assertThrows(ArithmeticException.class, plan::bytes);
    assertThrows(DeviceException.class, () -> plan.check(free(GIB)));
  }

  @Test
  void sizesReadAsPeopleSayThem() {
    assertEquals("0 B", ByteSize.text(0));
    assertEquals("1023 B", ByteSize.text(1023));
    assertEquals("1.0 KiB", ByteSize.text(1024));
    assertEquals("72.0 MiB", ByteSize.text(72L << 20));
    assertEquals("18.8 GiB", ByteSize.text((long) (18.8 * GIB)));
    assertEquals("2048.0 TiB", ByteSize.text(2048L << 40));
  }
}
