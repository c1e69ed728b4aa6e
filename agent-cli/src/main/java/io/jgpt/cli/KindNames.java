package io.jgpt.cli;

import io.jgpt.agent.store.PersonalFiles.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kinds of personal data are called on the command line. */
final class KindNames {

  private KindNames() {}

  static String of(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kinds of these names; none if there are none.
   *
   * @throws CliException if one is no name of a kind
   */
  static Set<Kind> read(List<String> names) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (String name : names) {
      kinds.add(
          Stream.of(Kind.values())
              .filter(kind -> of(kind).equals(name))
              .findFirst()
              .orElseThrow(() -> CliException.usage("error.kind", name, all())));
    }
    return kinds;
  }

  private static String all() {
    return Stream.of(Kind.values()).map(KindNames::of).collect(Collectors.joining(", "));
  }
}
