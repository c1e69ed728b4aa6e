package io.jgpt.testing;

import io.jgpt.model.DType;
import io.jgpt.model.FloatElements;
import io.jgpt.model.ModelDirectory;
import io.jgpt.model.Safetensors;
import io.jgpt.model.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A model with what transformers answers for it: {@code golden.json} and {@code
 * golden.safetensors}, written by {@code scripts/golden}, described in its README.
 *
 * @param errors transformers' own error in each dtype, as max|a-b| / max|b| against float64
 */
public record GoldenModel(
    Path path, Map<DType, Double> errors, List<Case> cases, List<Continuation> greedy) {

  /** A text and transformers' float32 logits, [T, V] or those of its last positions. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Case(String name, int[] ids, float[] logits) {}

  /** A text and the most probable tokens that follow. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Continuation(int[] ids, int[] continuation) {}

  /** What there must be: a directory less is a test less, and nobody would notice. */
  private static final List<String> EXPECTED =
      List.of(
          "golden/bf16",
          "golden/bf16-untied",
          "golden/epsilon",
          "golden/f16-bare",
          "golden/gelu-untied",
          "golden/hub",
          "golden/hub-prefixed",
          "golden/inverse-layer",
          "golden/mini",
          "golden/plain",
          "golden/relu-inner",
          "golden/sharded",
          "golden/sharded-bf16",
          "golden/silu-single",
          "golden/tanh-head13",
          "golden/unscaled",
          "golden/upcast-f16",
          "models/capp-gpt",
          "models/nano-sort");

  /** Every golden model; an error if they are not those expected. */
  public static List<GoldenModel> all() {
    var found = new TreeSet<String>();
    for (String parent : List.of("golden", "models")) {
      try (Stream<Path> directories = Files.list(resource(parent))) {
        directories
            .filter(path -> Files.exists(path.resolve("golden.safetensors")))
            .forEach(path -> found.add(parent + "/" + path.getFileName()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (!found.equals(new TreeSet<>(EXPECTED))) {
      throw new AssertionError("golden models " + found + ", expected " + EXPECTED);
    }
    return EXPECTED.stream().map(GoldenModel::named).toList();
  }

  /** The model in the test resource {@code name}. */
  public static GoldenModel named(String name) {
    return read(resource(name));
  }

  /** The weights lie beside the answers, or for a bundled model where it is bundled. */
  public ModelDirectory open() {
    return ModelDirectory.open(
        Files.exists(path.resolve("config.json")) ? path : Path.of("../models", toString()));
  }

  private static Path resource(String name) {
    var url = GoldenModel.class.getResource("/" + name);
    if (url == null) {
      throw new AssertionError("no test resource " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static GoldenModel read(Path path) {
    Map<String, Object> json = JsonTree.read(path.resolve("golden.json"));
    var errors = new EnumMap<DType, Double>(DType.class);
    JsonTree.fields(json.get("errors"))
        .forEach(
            (name, error) ->
                errors.put(
                    DType.valueOf(name.toUpperCase(Locale.ROOT)), ((Number) error).doubleValue()));
    List<Continuation> greedy =
        JsonTree.objects(json.get("greedy")).stream()
            .map(
                g ->
                    new Continuation(
                        JsonTree.ints(g.get("ids")), JsonTree.ints(g.get("continuation"))))
            .toList();
    return new GoldenModel(path, errors, cases(path, json), greedy);
  }

  private static List<Case> cases(Path path, Map<String, Object> json) {
    try (var arena = Arena.ofConfined()) {
      var answers = Safetensors.map(path.resolve("golden.safetensors"), arena);
      var cases = new ArrayList<Case>();
      for (Map<String, Object> c : JsonTree.objects(json.get("cases"))) {
        String name = c.get("name").toString();
        float[] logits = floats(answers.tensor(name + ".f32"));
        cases.add(new Case(name, JsonTree.ints(c.get("ids")), logits));
      }
      return cases;
    }
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    FloatElements.read(tensor, 0, values.length, values, 0);
    return values;
  }

  @Override
  public String toString() {
    return path.getFileName().toString();
  }
}
