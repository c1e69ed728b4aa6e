package io.jgpt.bench.peers;

import io.jgpt.bench.peers.Comparison.Result;
import io.jgpt.model.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run found, for machines as JSON and for people as Markdown.
 *
 * @param title the device, and whether it is a simulator
 * @param facts of the machine, the device and the programs
 * @param left out for lack of time
 */
record Report(
    String title,
    boolean smoke,
    Map<String, Object> facts,
    Roofs roofs,
    List<Result> results,
    List<String> left) {

  private static final String SMOKE =
      "**Smoke run: tiny models, to see that everything runs. No figure here says anything about any"
          + " GPU.**\n\n";

  /** Everything, with what each program said. */
  Map<String, Object> raw() {
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("title", title);
    raw.put("smoke", smoke);
    raw.put("facts", facts);
    raw.put("roofs", roofs.facts());
    raw.put("stages", results.stream().map(this::raw).toList());
    raw.put("left_out", left);
    return raw;
  }

  private Map<String, Object> raw(Result result) {
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("model", result.stage().shape().name());
    raw.put("dtype", result.stage().dtypeName());
    result.answers().ifPresent(answers -> raw.put("answers", answers.facts()));
    List<Object> measured = new ArrayList<>();
    result
        .rounds()
        .forEach(
            (workload, systems) ->
                systems.forEach(
                    (system, rounds) ->
                        measured.add(
                            raw(
                                result.stage(),
                                workload,
                                system.title(),
                                Speeds.over(rounds),
                                rounds))));
    raw.put("results", measured);
    raw.put("failures", result.failures());
    return raw;
  }

  private Map<String, Object> raw(
      Stage stage, Workload workload, String system, Speeds speeds, List<Speeds> rounds) {
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("workload", workload.title());
    raw.put("system", system);
    raw.put("depth", workload.depth());
    raw.put("tokens", workload.tokens());
    raw.put("median_tokens_per_s", speeds.median());
    raw.put("min_tokens_per_s", speeds.min());
    raw.put("max_tokens_per_s", speeds.max());
    raw.put("roof_tokens_per_s", workload.roof(stage.shape(), stage.dtype(), roofs));
    raw.put("rounds", rounds.stream().map(Speeds::raw).toList());
    return raw;
  }

  /** Tables. */
  String markdown() {
    var text = new StringBuilder("# " + title + "\n\n");
    if (smoke) {
      text.append(SMOKE);
    }
    facts.forEach((name, value) -> text.append("- ").append(fact(name, value)).append('\n'));
    text.append("- roofs: ").append(roofsText()).append('\n');
    for (Result result : results) {
      text.append("\n## ").append(result.stage()).append("\n\n");
      result.answers().ifPresent(found -> text.append(found.sentence()).append(".\n\n"));
      if (!result.rounds().isEmpty()) {
        text.append(table(result)).append('\n');
      }
      result.failures().forEach(failure -> text.append("- FAILED: ").append(failure).append('\n'));
    }
    if (!left.isEmpty()) {
      text.append("\nLeft out for lack of time: ").append(String.join("; ", left)).append(".\n");
    }
    return text.toString();
  }

  private static String fact(String name, Object value) {
    return name + ": " + (value instanceof Map<?, ?> map ? inline(map) : value.toString());
  }

  static String inline(Map<?, ?> map) {
    return String.join(
        ", ", map.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }

  private String roofsText() {
    return "%s GB/s, %s TFLOP/s in bf16, %s in f32 (%s)"
        .formatted(
            shortly(roofs.bytesPerSecond() / 1e9),
            shortly(roofs.flops(DType.BF16) / 1e12),
            shortly(roofs.flops(DType.F32) / 1e12),
            roofs.source());
  }

  /** Medians, with the least and the most; the share of the roof; the ratio to jgpt. */
  private String table(Result result) {
    var table =
        new StringBuilder(
            """
            | | system | tokens/s | min to max | time | floor | share of roof | jgpt is faster by |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
    result
        .rounds()
        .forEach(
            (workload, systems) -> {
              double roof = workload.roof(result.stage().shape(), result.stage().dtype(), roofs);
              double jgpt =
                  systems.containsKey(Comparison.Contender.JGPT)
                      ? Speeds.over(systems.get(Comparison.Contender.JGPT)).median()
                      : Double.NaN;
              systems.forEach(
                  (system, rounds) ->
                      table.append(row(workload, system, Speeds.over(rounds), roof, jgpt)));
            });
    return table.toString();
  }

  private static String row(
      Workload workload, Comparison.Contender system, Speeds speeds, double roof, double jgpt) {
    return "| %s | %s | %s | %s to %s | %s | %s | %s | %s |\n"
        .formatted(
            workload.title(),
            system.title(),
            shortly(speeds.median()),
            shortly(speeds.min()),
            shortly(speeds.max()),
            time(workload, speeds.median()),
            time(workload, roof),
            shortly(speeds.median() / roof),
            system == Comparison.Contender.JGPT ? "" : shortly(jgpt / speeds.median()));
  }

  /** Of a decoded token, or of the whole prompt. */
  private static String time(Workload workload, double tokensPerSecond) {
    double seconds =
        (workload.kind() == Workload.Kind.DECODE ? 1 : workload.tokens()) / tokensPerSecond;
    if (Double.isNaN(seconds)) {
      return "-";
    }
    return seconds < 1e-3 ? shortly(seconds * 1e6) + " us" : shortly(seconds * 1e3) + " ms";
  }

  /** With three significant digits; a dash for what is not known. */
  static String shortly(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    if (value == 0) {
      return "0";
    }
    int digits = 2 - (int) Math.floor(Math.log10(Math.abs(value)));
    return digits > 6
        ? String.format(Locale.ROOT, "%.1e", value)
        : String.format(Locale.ROOT, "%." + Math.max(0, digits) + "f", value);
  }
}
