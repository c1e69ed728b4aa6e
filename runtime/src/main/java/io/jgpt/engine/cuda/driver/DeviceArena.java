package io.jgpt.engine.cuda.driver;

import io.jgpt.engine.cuda.driver.MemoryPlan.Group;
import io.jgpt.engine.cuda.driver.MemoryPlan.Reservation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The memory of a {@link MemoryPlan}, allocated; it is freed as a whole. */
public final class DeviceArena implements AutoCloseable {

  private final Resources allocations = new Resources();
  private final Map<Reservation, DeviceBuffer> buffers = new HashMap<>();

  private DeviceArena() {}

  static DeviceArena allocate(CudaContext context, List<Group> groups) {
    var arena = new DeviceArena();
    try {
      for (Group group : groups) {
        switch (group.placement()) {
          case TOGETHER -> arena.allocateTogether(context, group);
          case APART -> arena.allocateApart(context, group);
        }
      }
      return arena;
    } catch (RuntimeException | Error e) {
      arena.allocations.closeAfter(e);
      throw e;
    }
  }

  private void allocateTogether(CudaContext context, Group group) {
    if (group.reservations().isEmpty()) {
      return;
    }
    DeviceBuffer whole = allocations.add(context.allocate(group.name(), group.bytes()));
    long offset = 0;
    for (Reservation reservation : group.reservations()) {
      buffers.put(reservation, whole.slice(reservation.name(), offset, reservation.bytes()));
      offset += group.footprint(reservation.bytes());
    }
  }

  private void allocateApart(CudaContext context, Group group) {
    for (Reservation reservation : group.reservations()) {
      DeviceBuffer buffer =
          allocations.add(context.allocate(reservation.name(), reservation.bytes()));
      buffers.put(reservation, buffer.slice(0, buffer.bytes()));
    }
  }

  /**
   * The memory of a reservation, not initialised: a view, which the arena's close ends.
   *
   * @throws IllegalArgumentException if the plan had no such reservation
   */
  public DeviceBuffer buffer(Reservation reservation) {
    DeviceBuffer buffer = buffers.get(reservation);
    if (buffer == null) {
      throw new IllegalArgumentException(reservation.name() + " was not in the plan");
    }
    return buffer;
  }

  /** Frees everything, in reverse order; idempotent. Throws the first failure, after the last. */
  @Override
  public void close() {
    allocations.close();
  }
}
