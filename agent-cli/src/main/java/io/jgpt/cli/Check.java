package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that {@code doctor} looked at.
 *
 * @param name stable, for scripts; {@code doctor.NAME} is its title
 * @param found what is there, in the user's language
 * @param cure what helps, where something is not right
 * @param failure the exit code it means, {@link ExitCode#DONE} where it is no problem
 */
record Check(String name, Verdict verdict, String found, Optional<String> cure, ExitCode failure) {

  enum Verdict {
    OK,
    /** It works, but not as well as it could. */
    NOTE,
    PROBLEM
  }

  static Check ok(String name, String found) {
    return new Check(name, Verdict.OK, found, Optional.empty(), ExitCode.DONE);
  }

  /** {@code line} says what, and after its semicolon the cure, as all messages do. */
  static Check note(String name, String line) {
    return new Check(name, Verdict.NOTE, found(line), cure(line), ExitCode.DONE);
  }

  /** As {@link #note}, of what does not work. */
  static Check problem(String name, ExitCode failure, String line) {
    return new Check(name, Verdict.PROBLEM, found(line), cure(line), failure);
  }

  private static String found(String line) {
    int end = end(line);
    return end < 0 ? line : line.substring(0, end);
  }

  private static Optional<String> cure(String line) {
    int end = end(line);
    return end < 0 ? Optional.empty() : Optional.of(line.substring(end + 1).strip());
  }

  private static int end(String line) {
    return Math.max(line.lastIndexOf("; "), line.lastIndexOf('；'));
  }

  String title(Messages messages) {
    return messages.text("doctor." + name);
  }

  String mark(Messages messages) {
    return messages.text("doctor.verdict." + verdict.name().toLowerCase(Locale.ROOT));
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStringField("name", name);
    json.writeStringField("verdict", verdict.name().toLowerCase(Locale.ROOT));
    json.writeStringField("found", found);
    if (cure.isPresent()) {
      json.writeStringField("cure", cure.get());
    }
  }
}
