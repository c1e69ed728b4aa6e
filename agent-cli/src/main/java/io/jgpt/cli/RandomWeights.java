package io.jgpt.cli;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A model as another one was before it was trained: the same files, the weights drawn anew from a
 * normal distribution of deviation 0.02, as GPT-2's were; always the same ones. Its files are
 * temporary.
 */
final class RandomWeights implements AutoCloseable {

  private static final String WEIGHTS = ".safetensors";
  private static final double DEVIATION = 0.02;
  private static final long SEED = 1;

  /** A tensor of the file, by its place in the data. */
  private record Place(String name, String dtype, long begin, long end) {}

  private final Path directory;
  private final Random random = new Random(SEED);

  private RandomWeights(Path directory) {
    this.directory = directory;
  }

  /** Makes one of the architecture of the model in {@code original}. */
  static RandomWeights like(Path original) {
    try {
      Path place = Files.createTempDirectory("jgpt-random-");
      var made = new RandomWeights(Files.createDirectory(place.resolve(name(original))));
      try (Stream<Path> files = Files.list(original)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          made.copy(file);
        }
        return made;
      } catch (IOException | RuntimeException | Error e) {
        made.close();
        throw e;
      }
    } catch (JsonException e) {
      throw new CliException(e, ExitCode.MODEL, "error.json", original, e.getMessage());
    } catch (IOException e) {
      throw new CliException(
          e, ExitCode.MODEL, "error.file.unreadable", original, Failures.reason(e));
    }
  }

  private static String name(Path file) {
    return file.toAbsolutePath().normalize().getFileName().toString();
  }

  /** Of the same name as that of the original. */
  Path directory() {
    return directory;
  }

  private void copy(Path file) throws IOException, JsonException {
    Path to = directory.resolve(name(file));
    if (!to.toString().endsWith(WEIGHTS)) {
      Files.copy(file, to);
      return;
    }
    try (var in = new RandomAccessFile(file.toFile(), "r");
        var out = new BufferedOutputStream(Files.newOutputStream(to))) {
      byte[] length = new byte[Long.BYTES];
      in.readFully(length);
      long size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] header = new byte[Math.toIntExact(Math.clamp(size, 0, in.length() - Long.BYTES))];
      in.readFully(header);
      out.write(length);
      out.write(header);
      for (Place place : places(JsonText.read(new String(header, StandardCharsets.UTF_8)))) {
        draw(place, out);
      }
    }
  }

  private static List<Place> places(JsonValue header) throws JsonException {
    List<Place> places = new ArrayList<>();
    for (Map.Entry<String, JsonValue> tensor : header.asObject().members().entrySet()) {
      if (!tensor.getKey().equals("__metadata__")) {
        JsonValue.Members entry = tensor.getValue().asObject();
        List<JsonValue> offsets = entry.elements("data_offsets");
        places.add(
            new Place(tensor.getKey(), entry.text("dtype"), whole(offsets, 0), whole(offsets, 1)));
      }
    }
    places.sort(Comparator.comparingLong(Place::begin));
    return places;
  }

  private static long whole(List<JsonValue> offsets, int index) throws JsonException {
    if (index < offsets.size() && offsets.get(index) instanceof JsonValue.Decimal number) {
      return number.value().longValue();
    }
    throw new JsonException("data_offsets");
  }

  /** LayerNorms begin at 1, biases at 0. */
  private void draw(Place place, OutputStream out) throws IOException {
    boolean bias = place.name.endsWith("bias");
    boolean norm = place.name.contains("ln_") && !bias;
    int bytes = place.dtype.equals("F32") ? Float.BYTES : Short.BYTES;
    ByteBuffer element = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = place.begin; at < place.end; at += bytes) {
      float value = bias ? 0 : norm ? 1 : (float) (random.nextGaussian() * DEVIATION);
      element.clear();
      switch (place.dtype) {
        case "F32" -> element.putFloat(value);
        case "F16" -> element.putShort(Float.floatToFloat16(value));
        default -> element.putShort((short) (Float.floatToRawIntBits(value) >>> 16)); // BF16
      }
      out.write(element.array());
    }
  }

  /** Deletes the files. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
      Files.delete(directory.getParent());
    } catch (IOException e) {
      throw new CliException(
          e, ExitCode.INPUT, "error.file.unreadable", directory, Failures.reason(e));
    }
  }
}
