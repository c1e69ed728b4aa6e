package io.jgpt.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryTest {

  private static final long MIB = 1 << 20;

  @TempDir private Path root;

  private long available() {
    return HostMemory.available(root.resolve("proc"), root.resolve("cgroup"));
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void thisMachineHasSome() {
    assertTrue(HostMemory.available() > 16 * MIB);
  }

  @Test
  void whereNothingIsToldNothingIsLimited() {
    assertEquals(Long.MAX_VALUE, available());
  }

  @Test
  void theMachineTellsInKibibytes() throws IOException {
    write("proc/meminfo", "MemTotal:  9000 kB\nMemFree: 100 kB\nMemAvailable:   2048 kB\n");
    assertEquals(2 * MIB, available());
  }

  @Test
  void aContainersLimitCountsAndItsFilesAreDroppable() throws IOException {
    write("proc/meminfo", "MemAvailable: 1048576 kB\n");
    write("proc/self/cgroup", "0::/\n");
    write("cgroup/memory.max", 100 * MIB + "\n");
    write("cgroup/memory.current", 70 * MIB + "\n");
    write(
        "cgroup/memory.stat",
        "anon 1\nactive_file " + 20 * MIB + "\ninactive_file " + 5 * MIB + "\n");
    assertEquals(55 * MIB, available());
  }

  @Test
  void theTightestOfNestedGroupsCounts() throws IOException {
    write("proc/self/cgroup", "1:cpu:/other\n0::/outer/inner\n");
    write("cgroup/outer/memory.max", 50 * MIB + "\n");
    write("cgroup/outer/memory.current", 10 * MIB + "\n");
    write("cgroup/outer/inner/memory.max", "max\n");
    assertEquals(40 * MIB, available());
    write("cgroup/outer/inner/memory.max", 5 * MIB + "\n");
    write("cgroup/outer/inner/memory.current", 7 * MIB + "\n");
    assertEquals(0, available());
  }

  @Test
  void theFirstVersionOfControlGroupsCountsToo() throws IOException {
    // In a container the path is the host's, and the mount shows the container's own group.
    write("proc/self/cgroup", "5:cpu:/docker/1\n4:memory:/docker/1\n0::/\n");
    write("cgroup/memory/memory.limit_in_bytes", 80 * MIB + "\n");
    write("cgroup/memory/memory.usage_in_bytes", 30 * MIB + "\n");
    write(
        "cgroup/memory/memory.stat",
        "active_file 7\ntotal_active_file " + 2 * MIB + "\ntotal_inactive_file " + MIB + "\n");
    assertEquals(53 * MIB, available());
    write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertEquals(Long.MAX_VALUE, available());
  }

  @Test
  void aGroupOutsideTheContainersViewCountsAsItsRoot() throws IOException {
    write("proc/self/cgroup", "0::/../../elsewhere\n");
    write("cgroup/memory.max", 50 * MIB + "\n");
    write("cgroup/memory.current", 10 * MIB + "\n");
    assertEquals(40 * MIB, available());
  }
}
