package io.jgpt.agent.store;

import io.jgpt.agent.Event.Feedback.Rating;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.log.Keys;
import io.jgpt.agent.log.TamperedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Counts of feedback as they are given out: with Laplace noise, once.
 *
 * <p>What is to be hidden is one rated answer. It adds 1 to one of three counts, so noise of scale
 * 1/epsilon on each makes a release epsilon-differentially private. Noise drawn anew for the same
 * answers could be averaged away, so a release is stored and told again as it is. A further one
 * counts only the answers that none before it did: each answer is in one release, and epsilon is
 * what all of them together reveal of it. Whether there is anything new decides nothing: a release
 * without new answers is noise alone.
 */
public final class ReleasedCounts {

  static final String FILE = "released";

  /**
   * Counts that were given out.
   *
   * @param counts of the answers in {@code runs}, with noise
   */
  public record Release(
      Instant time, BigDecimal epsilon, FeedbackCounts counts, List<String> runs) {

    /** As it is stored. */
    public JsonValue.Members toJson() {
      return JsonValue.Members.builder()
          .put("time", time.toEpochMilli())
          .put("epsilon", epsilon.toPlainString())
          .put("good", counts.good())
          .put("bad", counts.bad())
          .put("commented", counts.commented())
          .put(
              "runs",
              new JsonValue.Elements(runs.stream().<JsonValue>map(JsonValue.Text::new).toList()))
          .build();
    }
  }

  private final SealedFile file;

  /** Those of {@code state}, whether there are any or not. */
  public ReleasedCounts(Path state, Keys keys) {
    this.file = new SealedFile(state.resolve(FILE), keys.sealer());
  }

  /**
   * All releases, oldest first.
   *
   * @throws TamperedException if they are not as they were written
   */
  public List<Release> read() throws IOException, TamperedException {
    try {
      return read(file.read());
    } catch (JsonException e) {
      throw file.tampered(e);
    }
  }

  /**
   * Adds a release of what was rated since the last one. Returns all.
   *
   * @param ratings by run
   * @param epsilon above 0
   * @param random a secure one
   */
  public List<Release> add(
      Map<String, Rating> ratings, BigDecimal epsilon, RandomGenerator random, Instant now)
      throws IOException, TamperedException {
    List<Release> all = new ArrayList<>();
    file.change(
        before -> {
          all.addAll(read(before));
          Map<String, Rating> fresh = new TreeMap<>(ratings);
          Set<String> counted = new HashSet<>();
          all.forEach(release -> counted.addAll(release.runs()));
          fresh.keySet().removeAll(counted);
          all.add(
              new Release(
                  Instant.ofEpochMilli(now.toEpochMilli()),
                  epsilon,
                  noisy(FeedbackCounts.of(fresh.values()), epsilon, random),
                  List.copyOf(fresh.keySet())));
          return json(all);
        });
    return List.copyOf(all);
  }

  /** The counts of all releases together. */
  public static FeedbackCounts total(List<Release> releases) {
    return releases.stream().map(Release::counts).reduce(FeedbackCounts.NONE, FeedbackCounts::plus);
  }

  private static FeedbackCounts noisy(
      FeedbackCounts exact, BigDecimal epsilon, RandomGenerator random) {
    var noise =
        new DiscreteLaplace(
            epsilon.unscaledValue().longValueExact(),
            BigDecimal.TEN.pow(epsilon.scale()).longValueExact(),
            random);
    return exact.plus(new FeedbackCounts(noise.next(), noise.next(), noise.next()));
  }

  private static List<Release> read(JsonValue.Members json) throws JsonException {
    List<Release> releases = new ArrayList<>();
    for (JsonValue element : json.elements("releases")) {
      JsonValue.Members release = element.asObject();
      List<String> runs = new ArrayList<>();
      for (JsonValue run : release.elements("runs")) {
        runs.add(run.asText());
      }
      releases.add(
          new Release(
              Instant.ofEpochMilli(release.optionalWhole("time").orElse(0L)),
              new BigDecimal(release.text("epsilon")),
              new FeedbackCounts(
                  release.optionalWhole("good").orElse(0L),
                  release.optionalWhole("bad").orElse(0L),
                  release.optionalWhole("commented").orElse(0L)),
              List.copyOf(runs)));
    }
    return releases;
  }

  private static JsonValue.Members json(List<Release> all) {
    List<JsonValue> elements = all.stream().<JsonValue>map(Release::toJson).toList();
    return JsonValue.Members.builder().put("releases", new JsonValue.Elements(elements)).build();
  }
}
