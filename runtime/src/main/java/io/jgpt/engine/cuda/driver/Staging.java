package io.jgpt.engine.cuda.driver;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Brings large data from any host memory to the device in chunks, through two halves of pinned
 * memory. While the device takes one half over, Java fills the other; where the data passes a step
 * on the device, as a conversion, that step of one chunk runs beside the transfer of the next:
 *
 * <pre>
 *   Java           copy 0 | copy 1 | copy 2  ...       pinned halves 0, 1, 0
 *   copy stream           | up 0   | up 1    | up 2    device halves 0, 1, 0
 *   caller's stream                | step 0  | step 1
 * </pre>
 */
public final class Staging implements AutoCloseable {

  /** What the device does with a chunk. */
  @FunctionalInterface
  public interface Step {

    /**
     * Queues it.
     *
     * @param stream where to
     * @param chunk the data, until the step is done
     * @param offset in bytes, of the chunk in the whole
     */
    void queue(CudaStream stream, DeviceBuffer chunk, long offset);
  }

  /** One of the two places of a chunk. */
  private record Half(
      PinnedBuffer host, DeviceBuffer device, CudaEvent uploaded, CudaEvent consumed) {}

  /**
   * The device's two halves before they are allocated.
   *
   * @param first in bytes as large as {@code second}
   */
  public record Layout(MemoryPlan.Reservation first, MemoryPlan.Reservation second) {

    /**
     * Reserves twice {@code chunkBytes}.
     *
     * @param chunkBytes up to 1 GiB; from a few MiB on, larger ones gain nothing
     */
    public static Layout reserve(int chunkBytes, MemoryPlan.Group group) {
      return new Layout(
          group.reserve("staging.0", chunkBytes), group.reserve("staging.1", chunkBytes));
    }

    /** Opens a staging on the arena's memory, which it borrows. */
    public Staging open(CudaContext context, DeviceArena arena) {
      return Staging.open(context, arena.buffer(first), arena.buffer(second));
    }
  }

  private final CudaContext context;
  private final int chunkBytes;
  private final CudaStream copies;
  private final CudaEvent begun;
  private final List<Half> halves;
  private final Resources opened;
  private int next;

  private Staging(CudaContext context, DeviceBuffer first, DeviceBuffer second, Resources opened) {
    this.context = context;
    this.chunkBytes = Math.toIntExact(first.bytes());
    this.opened = opened;
    copies = opened.add(context.newStream("staging"));
    begun = opened.add(context.newEvent("staging.begun"));
    halves = List.of(newHalf(first), newHalf(second));
  }

  private Half newHalf(DeviceBuffer device) {
    String name = device.name();
    return new Half(
        opened.add(context.allocatePinned(name, chunkBytes)),
        device,
        opened.add(context.newEvent(name + ".uploaded")),
        opened.add(context.newEvent(name + ".consumed")));
  }

  /**
   * Takes as much pinned memory as {@code first} and {@code second} are of the device's: a chunk
   * each. They are borrowed.
   */
  static Staging open(CudaContext context, DeviceBuffer first, DeviceBuffer second) {
    if (first.bytes() != second.bytes() || first.bytes() > 1 << 30) {
      throw new IllegalArgumentException(first + " and " + second + "; of one size, up to 1 GiB");
    }
    var opened = new Resources();
    try {
      return new Staging(context, first, second, opened);
    } catch (RuntimeException | Error e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  /**
   * Copies {@code from} to the device as it is. Once this returns, {@code from} is read; what is
   * queued in {@code stream} from then on sees the copy, and what was queued there before does not.
   *
   * @param stream that will use {@code to}
   */
  public void upload(CudaStream stream, DeviceBuffer to, MemorySegment from) {
    if (to.bytes() != from.byteSize()) {
      throw new IllegalArgumentException(from.byteSize() + " bytes for " + to);
    }
    stream.record(begun);
    copies.await(begun);
    for (long offset = 0; offset < from.byteSize(); offset += chunkBytes) {
      long bytes = Math.min(chunkBytes, from.byteSize() - offset);
      Half half = nextHalf();
      copies.upload(to.slice(offset, bytes), fill(half, from.asSlice(offset, bytes)));
      copies.record(half.uploaded());
      stream.await(half.uploaded());
    }
  }

  /**
   * Brings {@code from} to the device chunk by chunk, each for {@code step} to take over. Once this
   * returns, {@code from} is read and every step is queued.
   *
   * @param stream that the steps are queued in, in order
   * @param unitBytes chunks are whole multiples of it, as of a row: it divides {@code from}
   */
  public void upload(CudaStream stream, MemorySegment from, long unitBytes, Step step) {
    if (unitBytes < 1 || unitBytes > chunkBytes || from.byteSize() % unitBytes != 0) {
      throw new IllegalArgumentException(
          "units of %d bytes for %d, in chunks of at most %d"
              .formatted(unitBytes, from.byteSize(), chunkBytes));
    }
    long chunk = chunkBytes / unitBytes * unitBytes;
    for (long offset = 0; offset < from.byteSize(); offset += chunk) {
      long bytes = Math.min(chunk, from.byteSize() - offset);
      Half half = nextHalf();
      PinnedBuffer filled = fill(half, from.asSlice(offset, bytes));
      DeviceBuffer device = half.device().slice(0, bytes);
      copies.await(half.consumed());
      copies.upload(device, filled);
      copies.record(half.uploaded());
      stream.await(half.uploaded());
      step.queue(stream, device, offset);
      stream.record(half.consumed());
    }
  }

  private Half nextHalf() {
    Half half = halves.get(next);
    next = 1 - next;
    return half;
  }

  /** Copies into the pinned half, as soon as the device has read what it held. */
  private static PinnedBuffer fill(Half half, MemorySegment from) {
    half.uploaded().synchronize();
    PinnedBuffer part = half.host().slice(0, from.byteSize());
    MemorySegment.copy(from, 0, part.segment(), 0, from.byteSize());
    return part;
  }

  /** Waits for what is under way, then gives back what it took; idempotent. */
  @Override
  public void close() {
    if (opened.isEmpty()) {
      return;
    }
    try {
      if (context.poisoned().isEmpty()) {
        context.synchronize(); // a step may be queued whose event is not, if that failed
      }
    } finally {
      opened.close();
    }
  }
}
