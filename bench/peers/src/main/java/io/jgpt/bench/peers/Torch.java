package io.jgpt.bench.peers;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** PyTorch in a process of its own: {@code scripts/bench/torch_gpt2.py}, asked line by line. */
final class Torch implements AutoCloseable {

  /** How PyTorch runs the model. */
  enum Mode {
    /** Kernel by kernel, attention by SDPA, a cache that grows. */
    EAGER,
    /** {@code torch.compile}, a static cache, CUDA graphs. */
    COMPILED;

    private String spelling() {
      return this == EAGER ? "eager" : "compiled";
    }
  }

  private static final Duration START = Duration.ofMinutes(2);

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter requests;
  private final Map<String, Object> facts;

  private Torch(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.facts = ask(START, Map.of("do", "facts"));
  }

  /**
   * Starts it.
   *
   * @param python the interpreter
   * @param worker the script
   * @param threads of PyTorch on a CPU
   * @throws PeerException if there is no such interpreter, or it has no PyTorch, or that no device
   */
  static Torch start(String python, Path worker, String device, int threads, Path log) {
    try {
      Process process =
          new ProcessBuilder(python, worker.toString(), device, Integer.toString(threads))
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      try {
        return new Torch(process);
      } catch (PeerException e) {
        Command.kill(process);
        throw e;
      }
    } catch (IOException e) {
      throw new PeerException(e.getMessage(), e);
    }
  }

  /** Versions and, of a GPU, its facts. */
  Map<String, Object> facts() {
    return facts;
  }

  /** Whether it still answers: a request that took too long ends it. */
  boolean isRunning() {
    return process.isAlive();
  }

  Map<String, Object> roofs(Duration limit) {
    return ask(limit, Map.of("do", "roofs"));
  }

  void open(Path model, Stage stage, Duration limit) {
    ask(limit, Map.of("do", "open", "model", model.toString(), "dtype", stage.dtypeName()));
  }

  List<Integer> greedy(List<Integer> ids, int count, Duration limit) {
    return Json.integers(ask(limit, Map.of("do", "greedy", "ids", ids, "count", count)), "ids");
  }

  /**
   * Log-probabilities of the wanted ids at the last positions.
   *
   * @return {@code model}: in the open model's dtype; {@code reference}: in f32
   */
  Map<String, Object> logprobs(List<Integer> ids, List<List<Integer>> wanted, Duration limit) {
    return ask(limit, Map.of("do", "logprobs", "ids", ids, "wanted", wanted));
  }

  /** Times one workload; the first time in a mode it is compiled and warmed up before. */
  Speeds measure(Stage stage, Workload workload, Mode mode, Duration limit) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("do", workload.kind() == Workload.Kind.DECODE ? "decode" : "prefill");
    request.put("mode", mode.spelling());
    request.put("depth", workload.depth());
    request.put("count", workload.tokens());
    request.put("runs", workload.runs());
    request.put(
        "ids",
        new Random(1)
            .ints(workload.depth() + workload.tokens(), 0, stage.shape().vocabulary())
            .boxed()
            .toList());
    Map<String, Object> answer = ask(limit, request);
    return Speeds.of(Json.numbers(answer, "seconds"), workload.tokens(), answer);
  }

  private Map<String, Object> ask(Duration limit, Map<String, Object> request) {
    String line = exchange(limit, Json.line(request));
    Map<String, Object> answer = Json.object(line);
    if (answer.get("error") instanceof String reason) {
      throw new PeerException(reason);
    }
    return answer;
  }

  private String exchange(Duration limit, String request) {
    try {
      requests.write(request);
      requests.newLine();
      requests.flush();
    } catch (IOException e) {
      throw new PeerException("PyTorch's process has ended", e);
    }
    var line = CompletableFuture.supplyAsync(this::readLine);
    try {
      return line.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Its answer would be taken for that of a later request.
      Command.kill(process);
      throw new PeerException("no answer within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new PeerException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted", e);
    }
  }

  private String readLine() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new PeerException("its process ended without an answer");
      }
      return line;
    } catch (IOException e) {
      throw new PeerException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    Command.kill(process);
  }
}
