package io.jgpt.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Settings that are no options: from the environment, else from {@code .env} in the working
 * directory, else from {@code ~/.config/jgpt/config}. Both files hold lines {@code NAME=VALUE}; the
 * value may be quoted, {@code export} may stand before the name, {@code #} begins a comment. Other
 * programs' lines in {@code .env} are none of jgpt's business. An empty value counts as none.
 */
final class Settings {

  /**
   * A value and where it stands.
   *
   * @param source for people: {@code JGPT_MODEL}, {@code JGPT_MODEL in .env}
   */
  record Setting(String value, String source) {}

  /**
   * @param own false where somebody else may have written it
   */
  private record Source(String name, Map<String, String> values, boolean own) {}

  private static final List<String> SECRETS = List.of("OPENAI_API_KEY", "HF_TOKEN");
  private static final int SHORTEST_SECRET = 8;

  private final List<Source> sources;

  private Settings(List<Source> sources) {
    this.sources = sources;
  }

  static Settings of(Map<String, String> environment, Path directory, Path userHome) {
    List<Source> sources = new ArrayList<>();
    sources.add(new Source("", environment, true));
    sources.add(new Source(" in .env", read(directory.resolve(".env")), false));
    Path config = userHome.resolve(".config/jgpt/config");
    sources.add(new Source(" in " + config, read(config), true));
    return new Settings(sources);
  }

  /** The first source that has {@code name} decides. */
  Optional<Setting> get(String name) {
    return first(name, source -> true);
  }

  /** As {@link #get}, of what the user alone says: a folder's {@code .env} is left out. */
  Optional<Setting> own(String name) {
    return first(name, Source::own);
  }

  private Optional<Setting> first(String name, Predicate<Source> which) {
    for (Source source : sources) {
      String value = source.values.getOrDefault(name, "");
      if (which.test(source) && !value.isEmpty()) {
        return Optional.of(new Setting(value, name + source.name));
      }
    }
    return Optional.empty();
  }

  /**
   * A secret that is to be sent to an endpoint. The source that names the endpoint must have the
   * secret too: else who writes a {@code .env} could have that of the environment sent anywhere.
   * Where nobody names the endpoint, it is jgpt's own choice, and any source will do.
   */
  Optional<Setting> secretFor(String endpoint, String secret) {
    for (Source source : sources) {
      if (!source.values.getOrDefault(endpoint, "").isEmpty()) {
        String value = source.values.getOrDefault(secret, "");
        return value.isEmpty()
            ? Optional.empty()
            : Optional.of(new Setting(value, secret + source.name));
      }
    }
    return get(secret);
  }

  /**
   * The user's secrets, from every source, the longest first: what is told to others must have none
   * of them. A placeholder such as {@code none} is no secret.
   */
  List<String> secrets() {
    return sources.stream()
        .flatMap(source -> SECRETS.stream().map(name -> source.values.getOrDefault(name, "")))
        .filter(value -> value.length() >= SHORTEST_SECRET)
        .distinct()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  /**
   * As {@link #get}, checked.
   *
   * @throws CliException if the value is not of the type
   */
  <T> Optional<T> get(String name, Values.Type<T> type, Messages messages) {
    Optional<Setting> setting = get(name);
    if (setting.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(type.convert(setting.get().value()));
    } catch (InvalidValue e) {
      String line = e.message(messages, setting.get().source(), setting.get().value());
      throw new CliException(e, ExitCode.USAGE, "line", line);
    }
  }

  private static Map<String, String> read(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return Map.of();
    }
    try {
      Map<String, String> values = new HashMap<>();
      // Not strict: another program's line may be in another encoding.
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      text.lines().forEach(line -> parse(line.strip(), values));
      return values;
    } catch (IOException e) {
      return Map.of(); // gone since it was looked for
    }
  }

  private static void parse(String line, Map<String, String> values) {
    int equals = line.indexOf('=');
    if (equals < 1 || line.startsWith("#")) {
      return;
    }
    String name = line.substring(0, equals).strip();
    if (name.startsWith("export ")) {
      name = name.substring("export ".length()).strip();
    }
    values.put(name, unquote(line.substring(equals + 1).strip()));
  }

  private static String unquote(String value) {
    if (!value.isEmpty() && (value.charAt(0) == '"' || value.charAt(0) == '\'')) {
      int end = value.indexOf(value.charAt(0), 1);
      if (end > 0) {
        return value.substring(1, end);
      }
    }
    int comment = value.indexOf(" #");
    return comment < 0 ? value : value.substring(0, comment).stripTrailing();
  }
}
