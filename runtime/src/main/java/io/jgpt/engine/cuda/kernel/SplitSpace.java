package io.jgpt.engine.cuda.kernel;

import io.jgpt.engine.cuda.driver.DeviceBuffer;

/**
 * Where blocks that share a tile of a large linear layer leave their parts and count who has
 * arrived. One for all layers of a stream; the launches in it follow one another.
 *
 * @param parts {@link #PARTS_BYTES}, of any content
 * @param arrived {@link #ARRIVED_BYTES}, filled with zeros once: every launch leaves zeros
 */
public record SplitSpace(DeviceBuffer parts, DeviceBuffer arrived) {

  public static final long PARTS_BYTES =
      4L * LaunchTable.TILE * LaunchTable.TILE * LaunchTable.MOST_PARTS;
  public static final long ARRIVED_BYTES = 4L * LaunchTable.MOST_PARTS;

  public SplitSpace {
    Shapes.requireBytes(parts, PARTS_BYTES);
    Shapes.requireBytes(arrived, ARRIVED_BYTES);
  }
}
