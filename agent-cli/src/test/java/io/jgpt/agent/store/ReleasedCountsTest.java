package io.jgpt.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Feedback.Rating;
import io.jgpt.agent.log.Keys;
import io.jgpt.agent.store.ReleasedCounts.Release;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReleasedCountsTest {

  private static final BigDecimal LITTLE_NOISE = BigDecimal.TEN;
  private static final Instant NOW = Instant.ofEpochMilli(5000);

  @TempDir Path root;
  private Keys keys;

  @BeforeEach
  void makeKey() throws Exception {
    keys = StateKey.open(root, Optional.empty()).keys();
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private ReleasedCounts released() {
    return new ReleasedCounts(root, keys);
  }

  @Test
  void aReleaseIsStoredAsItWasGivenOut() throws Exception {
    var ratings = Map.of("a", Rating.GOOD, "b", Rating.BAD, "c", Rating.GOOD, "d", Rating.NONE);
    List<Release> all = released().add(ratings, LITTLE_NOISE, random(1), NOW);
    assertEquals(new FeedbackCounts(2, 1, 1), ReleasedCounts.total(all)); // as it falls at 10
    assertEquals(all, released().read());
    assertEquals(List.of("a", "b", "c", "d"), all.getFirst().runs());
    assertEquals(NOW, all.getFirst().time());
  }

  @Test
  void noAnswerIsCountedTwice() throws Exception {
    Map<String, Rating> ratings = new HashMap<>(Map.of("a", Rating.GOOD, "b", Rating.BAD));
    released().add(ratings, LITTLE_NOISE, random(1), NOW);
    ratings.put("b", Rating.GOOD); // another opinion: too late
    ratings.put("c", Rating.GOOD);
    List<Release> all = released().add(ratings, new BigDecimal("9.5"), random(2), NOW);
    assertEquals(List.of("c"), all.getLast().runs());
    assertEquals(new FeedbackCounts(2, 1, 0), ReleasedCounts.total(all));
    assertEquals(new BigDecimal("9.5"), all.getLast().epsilon());
  }

  /** That there is nothing new must not show: else one new answer would. */
  @Test
  void aReleaseOfNothingIsNoiseToo() throws Exception {
    var much = new BigDecimal("0.01");
    List<Release> one = released().add(Map.of(), much, random(1), NOW);
    List<Release> two = released().add(Map.of(), much, random(2), NOW);
    assertNotEquals(ReleasedCounts.total(one), ReleasedCounts.total(two));
    assertEquals(2, two.size());
  }

  @Test
  void noiseHasTheScaleThatEpsilonSays() throws Exception {
    double sum = 0;
    RandomGenerator random = random(3);
    List<Release> all = List.of();
    for (int i = 0; i < 60; i++) {
      all = released().add(Map.of(), new BigDecimal("0.25"), random, NOW);
    }
    for (Release release : all) {
      FeedbackCounts c = release.counts();
      sum += Math.abs(c.good()) + Math.abs(c.bad()) + Math.abs(c.commented());
    }
    // E|X| = 2q / (1 - q^2) = 3.96 at epsilon 0.25; the mean of 180 is within 1.2 of it.
    double mean = sum / 180;
    assertTrue(mean > 2.8 && mean < 5.2, "" + mean);
  }

  @Test
  void theLastRatingCounts() {
    List<Event> events =
        List.of(
            new Event.Input("x"),
            new Feedback(Rating.BAD, ""),
            new Feedback(Rating.GOOD, "after all"));
    assertEquals(Optional.of(Rating.GOOD), FeedbackCounts.rating(events));
    assertEquals(Optional.empty(), FeedbackCounts.rating(List.of(new Event.Input("x"))));
    assertEquals(
        new FeedbackCounts(1, 0, 2),
        FeedbackCounts.of(List.of(Rating.NONE, Rating.GOOD, Rating.NONE)));
  }
}
