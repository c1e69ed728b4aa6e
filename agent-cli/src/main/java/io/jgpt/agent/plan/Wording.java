package io.jgpt.agent.plan;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How people say one kind of thing, in English and Chinese. */
record Wording(Pattern pattern) {

  /** What stands between quotation marks. */
  static final Wording QUOTED = of("[“\"「]([^”\"」]+)[”\"」]|(?<=\\s)'([^']+)'");

  /** Written without regard to case. */
  static Wording of(String regex) {
    return new Wording(Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE));
  }

  Matcher matcher(String text) {
    return pattern.matcher(text);
  }

  boolean isIn(String text) {
    return matcher(text).find();
  }

  /** The first group that matched something, where the text says it first. */
  Optional<String> first(String text) {
    Matcher matcher = matcher(text);
    if (matcher.find()) {
      for (int i = 1; i <= matcher.groupCount(); i++) {
        if (matcher.group(i) != null && !matcher.group(i).isBlank()) {
          return Optional.of(matcher.group(i).strip());
        }
      }
    }
    return Optional.empty();
  }
}
