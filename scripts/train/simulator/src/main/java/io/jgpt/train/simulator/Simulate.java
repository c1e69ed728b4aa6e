package io.jgpt.train.simulator;

import io.jgpt.train.simulator.Simulator.Part;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * {@code Simulate WORDINGS train OUT COUNT SEED} writes trajectories to learn from; {@code Simulate
 * WORDINGS freeze DIRECTORY} writes the evaluation sets, always the same.
 */
final class Simulate {

  private static final int BATCH = 4096;
  private static final int OF_EACH_SET = 300;
  private static final Map<Part, Long> EVALUATION_SEEDS =
      Map.of(Part.VALUES, 20_261_125L, Part.WORDINGS, 20_261_126L, Part.COMPOSITIONS, 20_261_127L);

  private Simulate() {}

  static void main(String[] arguments) throws IOException {
    Simulator simulator = new Simulator(Path.of(arguments[0]));
    switch (arguments[1]) {
      case "train" ->
          train(
              simulator,
              Path.of(arguments[2]),
              Long.parseLong(arguments[3]),
              Long.parseLong(arguments[4]));
      case "freeze" -> freeze(simulator, Path.of(arguments[2]));
      default -> throw new IllegalArgumentException("train or freeze, not " + arguments[1]);
    }
  }

  static void train(Simulator simulator, Path out, long count, long seed) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(out)) {
      for (long first = 0; first < count; first += BATCH) {
        List<String> batch =
            LongStream.range(first, Math.min(count, first + BATCH))
                .parallel()
                .mapToObj(number -> simulator.make(Part.TRAINING, seed, number).line())
                .toList();
        for (String line : batch) {
          lines.write(line);
          lines.write('\n');
        }
      }
    }
  }

  static void freeze(Simulator simulator, Path directory) throws IOException {
    Files.createDirectories(directory);
    for (Part part : List.of(Part.VALUES, Part.WORDINGS, Part.COMPOSITIONS)) {
      String name = part.name().toLowerCase(Locale.ROOT);
      Set<String> goals = new HashSet<>();
      List<String> lines = new ArrayList<>();
      for (long number = 0; lines.size() < OF_EACH_SET; number++) {
        Trajectory made = simulator.make(part, EVALUATION_SEEDS.get(part), number);
        if (goals.add(made.goal())) {
          lines.add(made.evaluation(String.format(Locale.ROOT, "%s-%03d", name, lines.size())));
        }
      }
      Files.write(directory.resolve(name + ".jsonl"), lines);
    }
  }
}
