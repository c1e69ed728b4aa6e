package io.jgpt.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Something that some classes must never do.
 *
 * @param name one sentence
 * @param binds the classes, by name, that the rule holds for
 * @param forbids the types, members ({@code owner#name}) and strings (in double quotes) that these
 *     may not have
 */
record Rule(String name, Predicate<String> binds, Predicate<String> forbids) {

  /** Every use that the rule forbids, as {@code class -> what: rule}. */
  List<String> violations(List<ClassUse> classes) {
    List<String> violations = new ArrayList<>();
    for (ClassUse use : classes) {
      if (binds.test(use.name())) {
        use.types().stream().filter(forbids).forEach(t -> report(violations, use, t));
        use.members().stream().filter(forbids).forEach(m -> report(violations, use, m));
        use.strings().stream()
            .map(string -> '"' + string + '"')
            .filter(forbids)
            .forEach(string -> report(violations, use, string));
      }
    }
    return violations;
  }

  private void report(List<String> violations, ClassUse use, String what) {
    violations.add(use.name() + " -> " + what + ": " + name);
  }

  /** Classes of the packages named and of those below them. */
  static Predicate<String> within(String... packages) {
    return name -> {
      String type = typeOf(name);
      for (String p : packages) {
        if (type.startsWith(p + ".")) {
          return true;
        }
      }
      return false;
    };
  }

  /** Classes of one package, without those below it. */
  static Predicate<String> in(String packageName) {
    return name -> ClassUse.packageOf(typeOf(name)).equals(packageName);
  }

  /** One class with those nested in it, or one member. */
  static Predicate<String> named(String... names) {
    return name -> {
      for (String n : names) {
        if (name.equals(n) || name.startsWith(n + "$") || name.startsWith(n + "#")) {
          return true;
        }
      }
      return false;
    };
  }

  private static String typeOf(String name) {
    int hash = name.indexOf('#');
    return hash < 0 ? name : name.substring(0, hash);
  }
}
