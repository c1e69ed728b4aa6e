package io.jgpt.model;

import static io.jgpt.model.ModelFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is mapped when, as Linux's {@code /proc/self/smaps} tells. */
class MappingTest {

  private static final long POSITIONS = 1 << 20;

  @TempDir Path directory;

  /** The {@code Rss} lines of this directory's mappings: what of them is in memory. */
  private List<String> resident() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    List<String> resident = new ArrayList<>();
    boolean ours = false;
    for (String line : lines) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        ours = line.contains(directory.toRealPath().toString());
      } else if (ours && line.startsWith("Rss:")) {
        resident.add(line.replaceAll("\\s+", " "));
      }
    }
    return resident;
  }

  /** A model of 16 MB, nearly all of it a hole in the file. */
  private void writeLargeModel() throws IOException {
    ModelFixture fixture = ModelFixture.tiny().set("n_positions", Long.toString(POSITIONS));
    fixture.tensors.remove("transformer.wpe.weight");
    long start = fixture.tensors.values().stream().mapToInt(ModelFixture.Stored::byteCount).sum();
    long end = start + POSITIONS * 4 * 4;
    StringBuilder header = new StringBuilder("{");
    long at = 0;
    for (var tensor : fixture.tensors.entrySet()) {
      ModelFixture.Stored stored = tensor.getValue();
      long next = at + stored.byteCount();
      header
          .append(ModelFixture.entry(tensor.getKey(), "F32", stored.shape(), at, next))
          .append(',');
      at = next;
    }
    header
        .append(ModelFixture.entry("wpe.weight", "F32", List.of(POSITIONS, 4L), start, end))
        .append('}');
    fixture.write(directory);
    byte[] bytes = ModelFixture.safetensors(header.toString(), new byte[0]);
    Path file = directory.resolve("model.safetensors");
    ModelFixture.writeBytes(file, bytes);
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(bytes.length + end);
    }
  }

  @Test
  void openingReadsNoWeight() throws IOException {
    writeLargeModel();
    try (ModelDirectory model = ModelDirectory.open(directory)) {
      assertEquals(List.of("Rss: 0 kB"), resident());
      assertEquals(0, model.weights().wpe().data().get(ValueLayout.JAVA_BYTE, 1 << 20));
      assertTrue(!resident().equals(List.of("Rss: 0 kB")), "a byte read is a page in memory");
    }
    assertEquals(List.of(), resident());
  }

  @Test
  void whatFailsLeavesNoMapping() throws IOException {
    ModelFixture fixture = ModelFixture.tiny();
    fixture.tensors.remove("transformer.ln_f.bias");
    fixture.write(directory);
    assertFails("model.tensor.missing", () -> ModelDirectory.open(directory));
    assertEquals(List.of(), resident());
  }
}
