package io.jgpt.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Writes a Hugging Face GPT-2 directory with random bf16 weights; the same bytes for the same
 * shape. Speed does not depend on what the weights are. Answers do: with the deviations of the
 * start of training every next token would be the same one, and an engine that forgets its past
 * would still be right. With these the text varies and depends on its past, and bf16 stays close to
 * f32; with much sharper attention it would not. Its tokens are single bytes; the ids above them
 * exist, and no text gives them.
 *
 * <pre>
 *   model.safetensors   | length of the header, 8 bytes, little-endian |
 *                       | header, JSON, padded with spaces             | {"NAME": {"dtype": "BF16",
 *                       | tensors, row-major, without gaps             |  "shape": [...], "data_offsets": [from, to]}}
 * </pre>
 */
public final class RandomCheckpoint {

  private static final int CHUNK = 1 << 20; // elements that one task writes

  /** Counts up when the same shape gives other bytes: what an older version left is not reused. */
  private static final int VERSION = 1;

  /** A normal distribution. */
  private record Normal(float mean, float deviation) {}

  private static final Normal TOKEN = new Normal(0, 0.04f);
  private static final Normal POSITION = new Normal(0, 0.1f);
  private static final Normal BIAS = new Normal(0, 0.02f);
  private static final Normal GAIN = new Normal(1, 0.02f);

  private record Block(String name, List<Integer> shape, Normal normal, long begin) {

    long elements() {
      return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    long end() {
      return begin + 2 * elements();
    }

    String entry() {
      return "\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
          .formatted(name, shape, begin, end());
    }
  }

  private final Shape shape;
  private final List<Block> blocks = new ArrayList<>();

  private RandomCheckpoint(Shape shape) {
    this.shape = shape;
    int c = shape.channels();
    // What a layer makes of its normalised input is as large in every model, whatever C is.
    float unit = (float) (1 / Math.sqrt(c));
    var attention = new Normal(0, 1.4f * unit);
    var matrix = new Normal(0, 0.8f * unit);
    add("wte.weight", TOKEN, shape.vocabulary(), c);
    add("wpe.weight", POSITION, shape.positions(), c);
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "h." + i + ".";
      norm(layer + "ln_1", c);
      linear(layer + "attn.c_attn", attention, c, 3 * c);
      linear(layer + "attn.c_proj", matrix, c, c);
      norm(layer + "ln_2", c);
      linear(layer + "mlp.c_fc", matrix, c, 4 * c);
      linear(layer + "mlp.c_proj", matrix, 4 * c, c);
    }
    norm("ln_f", c);
  }

  /**
   * The checkpoint of a shape, written unless it is there already.
   *
   * @param parent holds one directory per shape; made if needed
   */
  public static Path in(Path parent, Shape shape) throws IOException {
    Path directory = parent.resolve("random-" + VERSION + "-" + shape.name());
    if (Files.isDirectory(directory)) {
      return directory;
    }
    Path aside = Files.createTempDirectory(Files.createDirectories(parent), "writing");
    new RandomCheckpoint(shape).write(aside);
    // Whole or not at all: an interrupted run leaves nothing that looks like a checkpoint.
    Files.move(aside, directory, StandardCopyOption.ATOMIC_MOVE);
    return directory;
  }

  private void norm(String name, int c) {
    add(name + ".weight", GAIN, c);
    add(name + ".bias", BIAS, c);
  }

  /** A Conv1D: stored [in, out]. */
  private void linear(String name, Normal weights, int in, int out) {
    add(name + ".weight", weights, in, out);
    add(name + ".bias", BIAS, out);
  }

  private void add(String name, Normal normal, Integer... dims) {
    long begin = blocks.isEmpty() ? 0 : blocks.getLast().end();
    blocks.add(new Block("transformer." + name, List.of(dims), normal, begin));
  }

  private void write(Path directory) throws IOException {
    Files.writeString(directory.resolve("config.json"), config());
    Files.writeString(directory.resolve("vocab.json"), vocabulary());
    Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n");
    try (var file =
        FileChannel.open(
            directory.resolve("model.safetensors"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE)) {
      ByteBuffer header = header();
      long data = header.remaining();
      file.write(header);
      Map<Normal, short[]> samples = new HashMap<>();
      for (int i = 0; i < blocks.size(); i++) {
        Block block = blocks.get(i);
        long seed = i;
        short[] values = samples.computeIfAbsent(block.normal(), RandomCheckpoint::sample);
        LongStream.range(0, (block.elements() + CHUNK - 1) / CHUNK)
            .parallel()
            .forEach(chunk -> fill(file, data, block, chunk, seed, values));
      }
    }
  }

  private String config() {
    int end = shape.vocabulary() - 1;
    return """
        {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new",
         "vocab_size": %d, "n_positions": %d, "n_embd": %d, "n_layer": %d, "n_head": %d,
         "layer_norm_epsilon": 1e-5, "tie_word_embeddings": true, "dtype": "bfloat16",
         "bos_token_id": %d, "eos_token_id": %d}
        """
        .formatted(
            shape.vocabulary(),
            shape.positions(),
            shape.channels(),
            shape.layers(),
            shape.heads(),
            end,
            end);
  }

  /** The 256 bytes as GPT-2 spells them, then ids that no text gives, then end-of-text. */
  private String vocabulary() {
    List<String> entries = new ArrayList<>();
    int others = 256;
    for (int b = 0; b < 256; b++) {
      boolean shown = (b > 32 && b < 127) || (b > 160 && b != 173);
      entries.add("\"\\u%04x\": %d".formatted(shown ? b : others++, b));
    }
    IntStream.range(256, shape.vocabulary() - 1)
        .forEach(id -> entries.add("\"(%d)\": %d".formatted(id, id)));
    entries.add("\"<|endoftext|>\": " + (shape.vocabulary() - 1));
    return entries.stream().collect(Collectors.joining(",\n", "{", "}\n"));
  }

  private ByteBuffer header() {
    String json = blocks.stream().map(Block::entry).collect(Collectors.joining(",", "{", "}"));
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    int padded = (bytes.length + 63) / 64 * 64 - 8; // so that the tensors begin at a multiple of 64
    padded += padded < bytes.length ? 64 : 0;
    ByteBuffer header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(bytes);
    Arrays.fill(header.array(), header.position(), header.capacity(), (byte) ' ');
    return header.rewind();
  }

  /** bf16 values; drawing one of them at random draws from the distribution. */
  private static short[] sample(Normal normal) {
    var random = new Random(0);
    short[] values = new short[1 << 16];
    for (int i = 0; i < values.length; i++) {
      float value = normal.mean() + normal.deviation() * (float) random.nextGaussian();
      int bits = Float.floatToRawIntBits(value);
      values[i] = (short) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16); // to nearest, ties to even
    }
    return values;
  }

  private static void fill(
      FileChannel file, long data, Block block, long chunk, long seed, short[] values) {
    long from = chunk * CHUNK;
    int count = (int) Math.min(CHUNK, block.elements() - from);
    var random = new SplittableRandom((seed << 32) + chunk);
    ByteBuffer bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (long bits = 0; bytes.hasRemaining(); bits >>>= 16) {
      if (bytes.position() % 8 == 0) {
        bits = random.nextLong();
      }
      bytes.putShort(values[(int) (bits & 0xffff)]);
    }
    try {
      long at = data + block.begin() + 2 * from;
      for (bytes.flip(); bytes.hasRemaining(); ) {
        at += file.write(bytes, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
