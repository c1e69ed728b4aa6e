package io.jgpt.agent.store;

import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Feedback.Rating;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How many answers the user found good, found bad, or only commented on. With noise, a count may be
 * below zero.
 */
public record FeedbackCounts(long good, long bad, long commented) {

  static final FeedbackCounts NONE = new FeedbackCounts(0, 0, 0);

  /** Those of some ratings. */
  public static FeedbackCounts of(Collection<Rating> ratings) {
    return new FeedbackCounts(
        count(ratings, Rating.GOOD), count(ratings, Rating.BAD), count(ratings, Rating.NONE));
  }

  /** What a run counts for: its last rating, however often there was one. */
  public static Optional<Rating> rating(List<Event> events) {
    return events.reversed().stream()
        .filter(Feedback.class::isInstance)
        .map(event -> ((Feedback) event).rating())
        .findFirst();
  }

  private static long count(Collection<Rating> ratings, Rating rating) {
    return ratings.stream().filter(rating::equals).count();
  }

  /** All three. */
  public long total() {
    return good + bad + commented;
  }

  FeedbackCounts plus(FeedbackCounts more) {
    return new FeedbackCounts(good + more.good, bad + more.bad, commented + more.commented);
  }
}
