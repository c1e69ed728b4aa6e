package io.jgpt.bench.peers;

import io.jgpt.model.DType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** jgpt as a user has it: the command, a process for every call. */
final class Jgpt {

  /**
   * What it wrote, and the log-probabilities of the most probable tokens at each step.
   *
   * @param top ids, for each token written
   * @param logprobs theirs
   */
  record Text(List<Integer> ids, List<List<Integer>> top, List<List<Double>> logprobs) {}

  private final Path launcher;
  private final Command command;

  Jgpt(Path launcher, Command command) {
    this.launcher = launcher;
    this.command = command;
  }

  String version() {
    return run(Duration.ofMinutes(5), List.of("--version")).lines().findFirst().orElse("");
  }

  /** Greedy text after the prompt. */
  Text write(Path model, String device, Stage stage, String prompt, int tokens, Duration limit) {
    String answer =
        run(
            limit,
            List.of(
                "generate",
                "--model",
                model.toString(),
                "--device",
                device,
                "--dtype",
                stage.dtypeName(),
                "--greedy",
                "--max-tokens",
                Integer.toString(tokens),
                "--logprobs",
                "8",
                "--json",
                prompt));
    Map<String, Object> json = Json.object(answer);
    List<List<Integer>> ids = new ArrayList<>();
    List<List<Double>> logprobs = new ArrayList<>();
    for (Map<String, Object> step : Json.objects(json, "logprobs")) {
      List<Map<String, Object>> top = Json.objects(step, "top");
      ids.add(top.stream().map(token -> (int) Json.number(token, "id")).toList());
      logprobs.add(top.stream().map(token -> Json.number(token, "logprob")).toList());
    }
    return new Text(Json.integers(json, "token_ids"), ids, logprobs);
  }

  /** Times one workload. The answer's other fields are in {@link Speeds#raw}. */
  Speeds measure(Path model, String device, Stage stage, Workload workload, Duration limit) {
    boolean decode = workload.kind() == Workload.Kind.DECODE;
    List<String> arguments =
        List.of(
            "bench",
            "--model",
            model.toString(),
            "--device",
            device,
            "--dtype",
            stage.dtypeName(),
            "-p",
            Integer.toString(decode ? 0 : workload.tokens()),
            "-n",
            Integer.toString(decode ? workload.tokens() : 0),
            "-d",
            Integer.toString(workload.depth()),
            "-r",
            Integer.toString(workload.runs()),
            "--json");
    Map<String, Object> json = Json.object(run(limit, arguments));
    Map<String, Object> result = Json.objects(json, "results").getFirst();
    return new Speeds(
        Json.number(result, "median"),
        Json.number(result, "min"),
        Json.number(result, "max"),
        json);
  }

  /**
   * The f32 log-probabilities that the plain CPU engine gives the same tokens: the reference where
   * PyTorch is missing.
   */
  Text reference(Path model, Shape shape, String prompt, int tokens, Duration limit) {
    return write(model, "cpu", new Stage(shape, DType.F32), prompt, tokens, limit);
  }

  private String run(Duration limit, List<String> arguments) {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(arguments);
    return command.run(limit, line);
  }
}
