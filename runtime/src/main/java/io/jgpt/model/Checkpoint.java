package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a model directory by name, from {@code model.safetensors} or from the shards that
 * {@code model.safetensors.index.json} lists:
 *
 * <pre>
 *   {"metadata": {"total_size": 548105171},
 *    "weight_map": {"transformer.wte.weight": "model-00001-of-00002.safetensors", ...}}
 * </pre>
 */
final class Checkpoint {

  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private final Path source;
  private final Map<String, Safetensors> fileOf;

  private Checkpoint(Path source, Map<String, Safetensors> fileOf) {
    this.source = source;
    this.fileOf = fileOf;
  }

  /** Maps the file or files; a single file wins over an index, as in transformers. */
  static Checkpoint map(Path directory, Arena arena) {
    Path single = directory.resolve(SINGLE);
    if (Files.exists(single)) {
      Safetensors file = Safetensors.map(single, arena);
      Map<String, Safetensors> fileOf = new LinkedHashMap<>();
      file.names().forEach(name -> fileOf.put(name, file));
      return new Checkpoint(single, fileOf);
    }
    return shards(directory, arena);
  }

  private static Checkpoint shards(Path directory, Arena arena) {
    Path index = directory.resolve(INDEX);
    Map<String, Safetensors> shards = new HashMap<>();
    Map<String, Safetensors> fileOf = new LinkedHashMap<>();
    JsonFields.read(index)
        .textMap("weight_map")
        .forEach(
            (name, shard) ->
                fileOf.put(
                    name,
                    shards.computeIfAbsent(
                        shard, s -> Safetensors.map(shardFile(index, s), arena))));
    return new Checkpoint(index, fileOf);
  }

  /**
   * A shard lies beside its index. A name that leads elsewhere would let a downloaded index open
   * any file of this machine; links are another matter, since whoever can place one here could as
   * well place the file, and hub caches consist of them.
   */
  private static Path shardFile(Path index, String shard) {
    boolean plain = shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,254}");
    if (!plain) {
      throw new ModelException("model.shard.name", index, shard);
    }
    Path file = index.resolveSibling(shard);
    if (!Files.exists(file)) {
      throw new ModelException("model.shard.missing", index, shard);
    }
    return file;
  }

  /** The file that lists the tensors; for messages. */
  Path source() {
    return source;
  }

  /** Names of all tensors. */
  Set<String> names() {
    return fileOf.keySet();
  }

  /**
   * The tensor {@code name}; empty if there is none.
   *
   * @throws ModelException if its type is none that jgpt computes with, or an index names a shard
   *     for it that does not hold it
   */
  Optional<Tensor> find(String name) {
    return Optional.ofNullable(fileOf.get(name)).map(file -> file.tensor(name));
  }
}
