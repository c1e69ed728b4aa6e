package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Hugging Face GPT-2 directory, open: configuration read, weights checked and mapped. Owns the
 * mappings; tensors borrow them, so what uses the weights is closed first. Opening reads no
 * weights, whatever the size of the file. Tokenizer files are opened by {@code io.jgpt.tokenizer}.
 *
 * <p>Safe for use by any number of threads. Closing while native code reads a tensor throws {@link
 * IllegalStateException}.
 */
public final class ModelDirectory implements AutoCloseable {

  private static final String CONFIG = "config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";

  /** How many names a message lists. */
  private static final int LISTED = 12;

  private final Path path;
  private final Gpt2Config config;
  private final GenerationConfig generationConfig;
  private final Gpt2Weights weights;
  private final Arena arena;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ModelDirectory(
      Path path,
      Gpt2Config config,
      GenerationConfig generationConfig,
      Gpt2Weights weights,
      Arena arena) {
    this.path = path;
    this.config = config;
    this.generationConfig = generationConfig;
    this.weights = weights;
    this.arena = arena;
  }

  /**
   * Opens a directory.
   *
   * @throws ModelException if it is missing, holds no GPT-2 in safetensors form, or is damaged
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena is closed by the directory returned
  public static ModelDirectory open(Path directory) {
    Path path = directory.toAbsolutePath().normalize();
    checkFiles(path);
    Gpt2Config config = Gpt2Config.read(path.resolve(CONFIG));
    Path generation = path.resolve(GENERATION_CONFIG);
    GenerationConfig generationConfig =
        Files.exists(generation)
            ? GenerationConfig.read(generation, config)
            : GenerationConfig.none(config.eosTokenIds());
    Arena arena = Arena.ofShared();
    try {
      Gpt2Weights weights = Gpt2WeightsReader.read(Checkpoint.map(path, arena), config);
      return new ModelDirectory(path, config, generationConfig, weights, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Says early, and better than a missing file would, that this is no model. */
  private static void checkFiles(Path path) {
    if (!Files.exists(path)) {
      throw new ModelException("model.directory.missing", path);
    }
    if (!Files.isDirectory(path)) {
      throw new ModelException("model.directory.file", path);
    }
    if (!Files.exists(path.resolve(CONFIG))) {
      throw new ModelException("model.directory.config", path, listing(path));
    }
    if (Files.exists(path.resolve(Checkpoint.SINGLE))
        || Files.exists(path.resolve(Checkpoint.INDEX))) {
      return;
    }
    for (String pickle : List.of("pytorch_model.bin", "pytorch_model.bin.index.json")) {
      if (Files.exists(path.resolve(pickle))) {
        throw new ModelException("model.directory.pickle", path, pickle);
      }
    }
    throw new ModelException("model.directory.weights", path, listing(path));
  }

  private static String listing(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      String shown = names.stream().limit(LISTED).collect(Collectors.joining(", "));
      return names.size() > LISTED ? shown + ", …" : shown.isEmpty() ? "-" : shown;
    } catch (IOException e) {
      throw ModelFiles.unreadable(directory, e);
    }
  }

  /** Absolute path of the directory. */
  public Path path() {
    return path;
  }

  /** Name of the directory. */
  public String name() {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  public Gpt2Config config() {
    return config;
  }

  public GenerationConfig generationConfig() {
    return generationConfig;
  }

  public Gpt2Weights weights() {
    return weights;
  }

  /** Unmaps the weights; idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
    }
  }
}
