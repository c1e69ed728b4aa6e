package io.jgpt.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * A launch of one kernel, in one shape, in one stream, with what {@code cuLaunchKernel} has no
 * place for. Prepared once and launched any number of times; it lives as long as the kernel's
 * module.
 */
public final class ExtendedLaunch {

  /** What a launch asks for beyond its shape. */
  public sealed interface Attribute {}

  /**
   * Blocks in clusters, from compute capability 9.0 on.
   *
   * @param x blocks of a cluster; divides the grid
   * @param y blocks of a cluster; divides the grid
   * @param z blocks of a cluster; divides the grid
   */
  public record Cluster(int x, int y, int z) implements Attribute {}

  /**
   * The kernel may begin while the one before it in the stream still runs ("programmatic dependent
   * launch"): it waits for that one's results itself, by {@code griddepcontrol.wait}.
   */
  public record Overlap() implements Attribute {}

  private static final long ATTRIBUTE_VALUE =
      ForeignCalls.LAUNCH_ATTRIBUTE.byteOffset(PathElement.groupElement("value"));

  private final MethodHandle call =
      ForeignCalls.require(ForeignCalls.LAUNCH_KERNEL_EX, "cuLaunchKernelEx");
  private final CudaFunction function;
  private final CudaStream stream;
  private final LaunchShape shape;
  private final MemorySegment config;

  ExtendedLaunch(
      CudaFunction function,
      CudaStream stream,
      LaunchShape shape,
      List<Attribute> attributes,
      Arena arena) {
    this.function = function;
    this.stream = stream;
    this.shape = shape;
    long size = ForeignCalls.LAUNCH_ATTRIBUTE.byteSize();
    MemorySegment array =
        arena.allocate(ForeignCalls.LAUNCH_ATTRIBUTE, Math.max(1, attributes.size()));
    for (int i = 0; i < attributes.size(); i++) {
      fill(array.asSlice(i * size, size), attributes.get(i));
    }
    config = arena.allocate(ForeignCalls.LAUNCH_CONFIG);
    set("gridDimX", shape.gridX());
    set("gridDimY", shape.gridY());
    set("gridDimZ", shape.gridZ());
    set("blockDimX", shape.blockX());
    set("blockDimY", shape.blockY());
    set("blockDimZ", shape.blockZ());
    set("sharedMemBytes", shape.dynamicSharedBytes());
    config.set(JAVA_LONG, offset("hStream"), stream.handle().address());
    config.set(JAVA_LONG, offset("attrs"), array.address());
    set("numAttrs", attributes.size());
  }

  private static void fill(MemorySegment to, Attribute attribute) {
    switch (attribute) {
      case Cluster cluster -> {
        to.set(JAVA_INT, 0, ForeignCalls.ATTRIBUTE_CLUSTER_DIMENSION);
        to.set(JAVA_INT, ATTRIBUTE_VALUE, cluster.x());
        to.set(JAVA_INT, ATTRIBUTE_VALUE + 4, cluster.y());
        to.set(JAVA_INT, ATTRIBUTE_VALUE + 8, cluster.z());
      }
      case Overlap _ -> {
        to.set(JAVA_INT, 0, ForeignCalls.ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION);
        to.set(JAVA_INT, ATTRIBUTE_VALUE, 1);
      }
    }
  }

  private void set(String field, int value) {
    config.set(JAVA_INT, offset(field), value);
  }

  private static long offset(String field) {
    return ForeignCalls.LAUNCH_CONFIG.byteOffset(PathElement.groupElement(field));
  }

  /**
   * Queues the kernel. Makes no Java objects; the arguments may be filled anew at once.
   *
   * @param arguments from {@link CudaFunction#newArguments}, all of them put
   */
  public void launch(KernelArguments arguments) {
    function.prepare(stream);
    long pointers = arguments.pointersFor(function.name()).address();
    int result = ForeignCalls.launch(call, config, function.handle().address(), pointers);
    if (result != 0) {
      throw function.failure("cuLaunchKernelEx", shape, DriverResult.of(result));
    }
  }
}
