package io.jgpt.cli;

import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Feedback.Rating;
import io.jgpt.cli.terminal.LineInput;
import io.jgpt.cli.terminal.LineInput.Entry;
import java.util.Locale;
import java.util.Optional;

/** Asks what the user thinks of an answer. To say nothing is an answer too. */
final class FeedbackQuestion {

  private FeedbackQuestion() {}

  static Optional<Feedback> ask(Messages messages, LineInput lines) {
    return lines.ask(messages.text("agent.feedback.prompt")) instanceof Entry.Typed typed
        ? feedback(typed.text().strip())
        : Optional.empty();
  }

  /** A rating, with a comment behind it if there is one; any other text is a comment. */
  static Optional<Feedback> feedback(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String word = text.split("[\\s:：,，]", 2)[0];
    Rating rating =
        switch (word.toLowerCase(Locale.ROOT)) {
          case "g", "good", "y", "好" -> Rating.GOOD;
          case "b", "bad", "n", "不好" -> Rating.BAD;
          default -> Rating.NONE;
        };
    String rest = text.substring(word.length()).replaceFirst("^[\\s:：,，]+", "");
    return Optional.of(new Feedback(rating, rating == Rating.NONE ? text : rest));
  }
}
