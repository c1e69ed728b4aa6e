package io.jgpt.engine.cuda.driver;

import io.jgpt.error.DeviceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an engine will keep in device memory, under names, before any of it is allocated. A dry run
 * ({@link #check}) and the allocation ({@link #allocate}) are the same arithmetic, and so is what a
 * report shows ({@link #groups}).
 *
 * <p>Reservations stand in groups. Fixed groups must fit whatever happens; negotiable ones, which
 * an option makes smaller, get what remains, in the order of their declaration. The first group
 * that does not fit is the one to complain about, with its own cure.
 *
 * <pre>{@code
 * var plan = new MemoryPlan();
 * var weights = plan.fixed("weights", Placement.TOGETHER, shortage);
 * var cache = plan.negotiable("KV cache", Placement.APART, otherShortage);
 * var wte = weights.reserve("wte", V * C * 2);
 * var pages = cache.reserve("kv.pages", pageBytes * pageCount);
 * DeviceArena arena = plan.allocate(context);
 * arena.buffer(wte);
 * }</pre>
 */
public final class MemoryPlan {

  /** What separates neighbours in one allocation; enough for every vector load and copy. */
  static final long ALIGNMENT = 256;

  /** How a group's reservations become allocations. */
  public enum Placement {
    /**
     * One allocation for all: the driver rounds each allocation up to as much as 2 MiB, which many
     * tensors feel.
     */
    TOGETHER,
    /** An allocation each: whatever checks accesses to memory sees where one ends. */
    APART
  }

  /** Says that a group does not fit: what, needed, free, and the cure. */
  @FunctionalInterface
  public interface Shortage {

    /**
     * The error to throw.
     *
     * @param needed by the group, as {@code 18.8 GiB}
     * @param free for the group, in the same form
     */
    DeviceException of(String needed, String free);
  }

  /**
   * One piece of memory to come.
   *
   * @param name unique in its plan, and the buffer's name
   */
  public record Reservation(String name, long bytes) {}

  /** Reservations of one purpose. */
  public final class Group {

    private final String name;
    private final boolean fixed;
    private final Placement placement;
    private final Shortage shortage;
    private final List<Reservation> reservations = new ArrayList<>();

    private Group(String name, boolean fixed, Placement placement, Shortage shortage) {
      this.name = name;
      this.fixed = fixed;
      this.placement = placement;
      this.shortage = shortage;
    }

    public String name() {
      return name;
    }

    /**
     * Adds a piece of memory.
     *
     * @throws IllegalArgumentException if it is empty, or the plan has one of that name
     */
    public Reservation reserve(String name, long bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException(name + " is " + bytes + " bytes");
      }
      if (!names.add(name)) {
        throw new IllegalArgumentException("the plan has a " + name);
      }
      var reservation = new Reservation(name, bytes);
      reservations.add(reservation);
      return reservation;
    }

    /** What it takes, padding between neighbours included. */
    public long bytes() {
      return reservations.stream().mapToLong(r -> footprint(r.bytes())).reduce(0, Math::addExact);
    }

    public List<Reservation> reservations() {
      return List.copyOf(reservations);
    }

    long footprint(long bytes) {
      return switch (placement) {
        case TOGETHER -> Math.multiplyExact(Math.ceilDiv(bytes, ALIGNMENT), ALIGNMENT);
        case APART -> bytes;
      };
    }

    Placement placement() {
      return placement;
    }
  }

  private final Set<String> names = new HashSet<>();
  private final List<Group> groups = new ArrayList<>();

  /** A group that must fit. */
  public Group fixed(String name, Placement placement, Shortage shortage) {
    return add(new Group(name, true, placement, shortage));
  }

  /** A group that an option makes smaller: it gets what fixed groups leave. */
  public Group negotiable(String name, Placement placement, Shortage shortage) {
    return add(new Group(name, false, placement, shortage));
  }

  private Group add(Group group) {
    groups.add(group);
    return group;
  }

  /** All groups: fixed ones first, then negotiable ones, each in the order of declaration. */
  public List<Group> groups() {
    return groups.stream().sorted(Comparator.comparing(group -> !group.fixed)).toList();
  }

  public long bytes() {
    return groups.stream().mapToLong(Group::bytes).reduce(0, Math::addExact);
  }

  /**
   * What is free for a group when those before it in {@link #groups} have taken theirs; negative if
   * they do not fit themselves.
   */
  public long roomFor(Group group, MemoryInfo memory) {
    long room = memory.freeBytes();
    for (Group one : groups()) {
      if (one == group) {
        return room;
      }
      room -= one.bytes();
    }
    throw new IllegalArgumentException(group.name + " is no group of this plan");
  }

  /**
   * The dry run.
   *
   * @throws DeviceException the shortage of the first group that does not fit
   */
  public void check(MemoryInfo memory) {
    for (Group group : groups()) {
      long room = roomFor(group, memory);
      if (group.bytes() > room) {
        throw group.shortage.of(ByteSize.text(group.bytes()), ByteSize.text(Math.max(0, room)));
      }
    }
  }

  /**
   * Checks, then allocates everything; what is allocated is freed again if the rest fails.
   *
   * @throws DeviceException the shortage of the first group that does not fit, or {@code
   *     cuda.out-of-memory} if the driver refuses although the arithmetic allows it, as when memory
   *     is in pieces or another program has been quicker
   */
  public DeviceArena allocate(CudaContext context) {
    check(context.memory());
    return DeviceArena.allocate(context, groups());
  }
}
