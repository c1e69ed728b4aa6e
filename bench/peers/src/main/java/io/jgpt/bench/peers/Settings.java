package io.jgpt.bench.peers;

import io.jgpt.model.DType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run of {@code scripts/bench-gpu} is asked for.
 *
 * @param root the checkout or bundle
 * @param device {@code cuda}, {@code cuda:N} or {@code cpu}
 * @param smoke tiny models: to see that everything runs
 * @param python the interpreter that may have PyTorch; empty for none
 * @param threads of PyTorch on a CPU
 * @param stages what is measured, in this order
 * @param rounds in which the systems take turns
 * @param time after which nothing more is begun
 * @param out where the results go
 * @param work where checkpoints are kept for the next run
 */
record Settings(
    Path root,
    String device,
    boolean smoke,
    String python,
    int threads,
    List<Stage> stages,
    int rounds,
    Duration time,
    Path out,
    Path work) {

  static final String USAGE =
      "usage: scripts/bench-gpu [--smoke] [--device cuda|cuda:N|cpu] [--minutes N] [--models A,B]"
          + " [--dtypes bf16,f32] [--rounds N] [--python COMMAND|none] [--threads N] [--out FOLDER]"
          + " [--work FOLDER]";

  private static final List<String> OPTIONS =
      List.of(
          "--device",
          "--minutes",
          "--models",
          "--dtypes",
          "--rounds",
          "--python",
          "--threads",
          "--out",
          "--work");

  /**
   * @param root the checkout or bundle
   * @throws IllegalArgumentException with one line, if the arguments are wrong
   */
  static Settings parse(Path root, List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    boolean smoke = false;
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      if (name.equals("--smoke")) {
        smoke = true;
        continue;
      }
      if (!OPTIONS.contains(name) || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("cannot use " + name + "; " + USAGE);
      }
      given.put(name, arguments.get(++i));
    }
    String device = given.getOrDefault("--device", "cuda");
    boolean cpu = device.equals("cpu");
    String models = smoke ? "tiny" : cpu ? "124M" : "124M,1.5B";
    Path target = root.resolve("target/bench-gpu");
    return new Settings(
        root,
        device,
        smoke,
        given.getOrDefault("--python", "python3"),
        count(given, "--threads", Runtime.getRuntime().availableProcessors()),
        stages(given.getOrDefault("--models", models), given.getOrDefault("--dtypes", "bf16,f32")),
        count(given, "--rounds", smoke ? 1 : 3),
        Duration.ofMinutes(count(given, "--minutes", 10)),
        Path.of(given.getOrDefault("--out", target.toString())).toAbsolutePath(),
        Path.of(given.getOrDefault("--work", target.resolve("models").toString()))
            .toAbsolutePath());
  }

  private static int count(Map<String, String> given, String name, int usual) {
    String value = given.getOrDefault(name, Integer.toString(usual));
    if (!value.matches("[1-9][0-9]{0,4}")) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be 1 to 99999");
    }
    return Integer.parseInt(value);
  }

  private static List<Stage> stages(String models, String dtypes) {
    return Arrays.stream(dtypes.split(",", -1))
        .map(Settings::dtype)
        .flatMap(
            dtype ->
                Stream.of(models.split(",", -1)).map(name -> new Stage(Shape.named(name), dtype)))
        .toList();
  }

  private static DType dtype(String name) {
    return switch (name) {
      case "bf16" -> DType.BF16;
      case "f32" -> DType.F32;
      default ->
          throw new IllegalArgumentException(
              "dtype is " + name.toLowerCase(Locale.ROOT) + "; it must be bf16 or f32");
    };
  }

  List<Workload> workloads() {
    return smoke ? Workload.SMOKE : device.equals("cpu") ? Workload.CPU : Workload.GPU;
  }

  boolean usesTorch() {
    return !python.equals("none");
  }

  /** As PyTorch spells the device; under a simulator of a GPU it stays on the CPU. */
  String torchDevice() {
    return device.equals("cpu") || smoke ? "cpu" : device;
  }
}
