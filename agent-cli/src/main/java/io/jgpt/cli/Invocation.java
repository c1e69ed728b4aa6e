package io.jgpt.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the commands of one run share. */
final class Invocation {

  private final Host host;
  private final Settings settings;
  private final Messages messages;
  private final Output output;
  private final Diagnostics diagnostics;

  private final UserData userData;

  private Invocation(Host host, Settings settings, UserData userData, Messages messages) {
    this.host = host;
    this.settings = settings;
    this.userData = userData;
    this.messages = messages;
    this.output = new Output(host.out(), host.outKind());
    this.diagnostics = new Diagnostics(host, messages);
  }

  /** Decides the language; the arguments are not parsed yet. */
  static Invocation of(Host host, List<String> arguments) {
    var settings = Settings.of(host.environment(), host.directory(), host.userHome());
    var userData = new UserData(state(host), host.environment(), settings);
    var language =
        Language.choose(arguments, settings, () -> userData.language(arguments), host.locale());
    return new Invocation(host, settings, userData, new Messages(language));
  }

  Host host() {
    return host;
  }

  Settings settings() {
    return settings;
  }

  Messages messages() {
    return messages;
  }

  Output output() {
    return output;
  }

  Diagnostics diagnostics() {
    return diagnostics;
  }

  Interruption interruption() {
    return host.interruption();
  }

  /** jgpt's own directory: {@code JGPT_HOME}, else {@code ~/.cache/jgpt}. */
  Path home() {
    return home(settings.get("JGPT_HOME"));
  }

  /** As {@link #home}, and not as a {@code .env} has it, for what gives permissions. */
  Path ownHome() {
    return home(settings.own("JGPT_HOME"));
  }

  private Path home(Optional<Settings.Setting> setting) {
    return setting
        .map(home -> host.directory().resolve(home.value()))
        .orElseGet(() -> host.userHome().resolve(".cache/jgpt"));
  }

  /** What jgpt keeps about its user. */
  UserData userData() {
    return userData;
  }

  /** Where it is kept: {@code XDG_STATE_HOME}, else {@code ~/.local/state}. */
  Path state() {
    return userData.state();
  }

  private static Path state(Host host) {
    String base = host.environment().getOrDefault("XDG_STATE_HOME", "");
    Path state = base.isEmpty() ? host.userHome().resolve(".local/state") : Path.of(base);
    return state.resolve("jgpt").toAbsolutePath();
  }
}
