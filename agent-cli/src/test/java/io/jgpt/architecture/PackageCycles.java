package io.jgpt.architecture;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds packages of {@code io.jgpt} that depend on each other. */
final class PackageCycles {

  private final Map<String, Set<String>> uses = new TreeMap<>();
  private final Set<String> done = new HashSet<>();
  private final List<String> path = new ArrayList<>();

  private PackageCycles(List<ClassUse> classes) {
    Set<String> own = new TreeSet<>();
    classes.forEach(use -> own.add(use.packageName()));
    for (ClassUse use : classes) {
      Set<String> targets = uses.computeIfAbsent(use.packageName(), _ -> new TreeSet<>());
      use.types().stream().map(ClassUse::packageOf).filter(own::contains).forEach(targets::add);
      targets.remove(use.packageName());
    }
  }

  /** One cycle as {@code a -> b -> a}; empty if there is none. */
  static String find(List<ClassUse> classes) {
    PackageCycles search = new PackageCycles(classes);
    for (String start : search.uses.keySet()) {
      String cycle = search.visit(start);
      if (!cycle.isEmpty()) {
        return cycle;
      }
    }
    return "";
  }

  private String visit(String name) {
    int seen = path.indexOf(name);
    if (seen >= 0) {
      return String.join(" -> ", path.subList(seen, path.size())) + " -> " + name;
    }
    if (done.contains(name)) {
      return "";
    }
    path.add(name);
    for (String next : uses.get(name)) {
      String cycle = visit(next);
      if (!cycle.isEmpty()) {
        return cycle;
      }
    }
    path.removeLast();
    done.add(name);
    return "";
  }
}
