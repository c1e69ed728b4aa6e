package io.jgpt.bench.peers;

import io.jgpt.bench.peers.Comparison.Result;
import io.jgpt.bench.peers.Plan.Part;
import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code scripts/bench-gpu}: measures jgpt beside PyTorch and the hardware's roofs.
 *
 * <p>Ends with 0; 1 if an answer was wrong, or something failed that should run; 2 for wrong usage;
 * 4 without the device.
 */
public final class Main {

  /** Of the time, kept free for writing down what was found. */
  private static final Duration ENDING = Duration.ofSeconds(5);

  private final Settings settings;
  private final Card card;
  private final Command command;
  private final Deadline deadline;
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final Set<Part> leftOut = new LinkedHashSet<>();
  private Optional<Torch> torch = Optional.empty();

  private Main(Settings settings) throws IOException {
    this.settings = settings;
    this.deadline = new Deadline(settings.time().minus(ENDING));
    this.card = Card.named(settings.device());
    Files.createDirectories(settings.out());
    this.command = new Command(settings.out().resolve("log.txt"));
    Files.deleteIfExists(command.log());
  }

  /**
   * Runs.
   *
   * @param arguments the checkout's or bundle's folder, then the options
   * @throws IOException if the results cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    List<String> given = Arrays.asList(arguments);
    try {
      var settings = Settings.parse(Path.of(given.getFirst()), given.subList(1, given.size()));
      System.exit(new Main(settings).run());
    } catch (IllegalArgumentException e) {
      say(e.getMessage());
      System.exit(2);
    } catch (DeviceException e) {
      say(e.message(Locale.getDefault()));
      System.exit(4);
    }
  }

  private int run() throws IOException {
    say("on " + card.name());
    var jgpt = new Jgpt(settings.root().resolve("scripts/jgpt"), command);
    facts.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS));
    facts.put("jgpt", jgpt.version());
    if (!card.facts().isEmpty()) {
      facts.put("device", card.facts());
    }
    facts.put("machine", Machine.facts(settings.root(), command));
    torch = startTorch();
    try {
      Roofs roofs = roofs();
      List<Result> results = stages(jgpt);
      Machine.nvidia(command, "clocks.sm,clocks.mem,temperature.gpu,power.draw")
          .lines()
          .findFirst()
          .ifPresent(line -> facts.put("nvidia_smi at the end", line));
      write(results, roofs);
      boolean right = results.stream().allMatch(Result::right);
      return right && !results.isEmpty() ? 0 : 1;
    } finally {
      torch.ifPresent(Torch::close);
    }
  }

  private Optional<Torch> startTorch() {
    if (!settings.usesTorch()) {
      facts.put("PyTorch", "not wanted (--python none)");
      return Optional.empty();
    }
    try {
      say("starting PyTorch");
      var torch =
          Torch.start(
              settings.python(),
              settings.root().resolve("scripts/bench/torch_gpt2.py"),
              settings.torchDevice(),
              settings.threads(),
              command.log());
      facts.put("PyTorch", torch.facts());
      return Optional.of(torch);
    } catch (PeerException e) {
      facts.put("PyTorch", "none: " + e.getMessage());
      say("without PyTorch: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** By PyTorch where it runs on the same device, else by the driver. */
  private Roofs roofs() {
    say("measuring the roofs");
    try {
      if (card.ordinal().isPresent() && (torch.isEmpty() || settings.smoke())) {
        return CardRoofs.measure(card.ordinal().getAsInt(), settings.smoke());
      }
      return torch.map(this::torchRoofs).orElse(Roofs.UNKNOWN);
    } catch (PeerException | DeviceException e) {
      say("no roofs: " + e.getMessage());
      return Roofs.UNKNOWN;
    }
  }

  private Roofs torchRoofs(Torch torch) {
    Map<String, Object> found = torch.roofs(deadline.left());
    return new Roofs(
        Json.number(found, "copy_bytes_per_s"),
        Map.of(
            DType.BF16,
            Json.number(found, "bf16_flops_per_s"),
            DType.F32,
            Json.number(found, "f32_flops_per_s")),
        "PyTorch on %s: copies of %.1f GB, products of size %.0f"
            .formatted(
                settings.torchDevice(),
                Json.number(found, "copy_bytes") / 1e9,
                Json.number(found, "matmul_size")));
  }

  private List<Result> stages(Jgpt jgpt) throws IOException {
    List<Result> results = new ArrayList<>();
    List<Part> parts = new ArrayList<>(Plan.parts(settings.stages()));
    if (torch.isEmpty() || settings.torchDevice().equals("cpu")) {
      parts.removeIf(Part::compiled);
    }
    double slowness = 1;
    for (Stage stage : settings.stages()) {
      List<Part> fitting = Plan.fitting(parts, deadline.secondsLeft(), slowness);
      List<Part> now = fitting.stream().filter(part -> part.stage().equals(stage)).toList();
      List<Part> due = parts.stream().filter(part -> part.stage().equals(stage)).toList();
      parts.removeAll(due);
      due.stream().filter(part -> !now.contains(part)).forEach(leftOut::add);
      if (now.isEmpty()) {
        say(stage + ": left out for lack of time");
        continue;
      }
      double before = deadline.secondsLeft();
      say(stage + ": writing a checkpoint of random weights");
      Path model = RandomCheckpoint.in(settings.work(), stage.shape());
      if (torch.isPresent() && !torch.get().isRunning()) {
        torch = startTorch(); // what hung in one stage is no reason to miss it in the next
      }
      var comparison =
          new Comparison(settings, jgpt, torch, deadline, Plan.patience(now), Main::say);
      results.add(comparison.run(stage, model, now.stream().anyMatch(Part::compiled)));
      double guessed = now.stream().mapToDouble(Part::seconds).sum();
      slowness = Math.max(slowness, (before - deadline.secondsLeft()) / guessed);
    }
    return results;
  }

  private void write(List<Result> results, Roofs roofs) throws IOException {
    var report =
        new Report(
            "jgpt beside PyTorch on " + card.name(),
            settings.smoke(),
            facts,
            roofs,
            results,
            leftOut.stream().map(Part::toString).toList());
    Path json = settings.out().resolve("results.json");
    Path table = settings.out().resolve("results.md");
    Files.writeString(json, Json.pretty(report.raw()));
    Files.writeString(table, report.markdown());
    System.out.print(report.markdown());
    say("also in " + table + " and " + json);
  }

  private static void say(String line) {
    System.err.println("bench-gpu: " + line);
  }
}
