package io.jgpt.model;

import io.jgpt.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds model directories by name: as a path, then under {@code HOME/models}, then among the
 * bundled ones. A name may have two parts, {@code owner/model}. Immutable.
 */
public final class ModelLocator {

  /**
   * A model that is here.
   *
   * @param name finds it again through {@link #resolve}
   * @param bundled true if it came with the program, false if it lies under the home directory
   */
  public record Found(String name, Path directory, boolean bundled) {}

  private static final String CONFIG = "config.json";

  private final Path fetched;
  private final List<Path> bundled;

  /**
   * @param home jgpt's own directory; fetched models are under {@code home/models}
   * @param bundled directories that hold model directories; may be missing
   */
  public ModelLocator(Path home, List<Path> bundled) {
    this.fetched = home.resolve("models");
    this.bundled = List.copyOf(bundled);
  }

  /**
   * The directory of the model {@code name}: the first place that holds a {@code config.json}, else
   * the first that is a directory, so that opening it says what it lacks.
   *
   * @throws ModelException if there is none; lists the places looked at and the models that are
   *     here
   */
  public Path resolve(String name) {
    List<Path> places = places(name);
    for (Path place : places) {
      if (Files.isRegularFile(place.resolve(CONFIG))) {
        return place;
      }
    }
    for (Path place : places) {
      if (Files.exists(place)) {
        return place;
      }
    }
    String names = list().stream().map(Found::name).collect(Collectors.joining(", "));
    String looked = places.stream().map(Path::toString).collect(Collectors.joining(", "));
    if (names.isEmpty()) {
      throw new ModelException("model.locate.none", name, looked);
    }
    throw new ModelException("model.locate.missing", name, looked, names);
  }

  private List<Path> places(String name) {
    List<Path> places = new ArrayList<>();
    try {
      if (!name.isBlank()) {
        places.add(Path.of(name));
      }
    } catch (InvalidPathException e) {
      throw new ModelException(e, "model.locate.name", name);
    }
    roots().forEach(root -> inside(root, name).ifPresent(places::add));
    return places;
  }

  /** The directory {@code name} under {@code root}; empty if the name leads out of it. */
  private static Optional<Path> inside(Path root, String name) {
    Path base = root.normalize();
    Path place = base.resolve(name).normalize();
    return place.startsWith(base) && !place.equals(base) ? Optional.of(place) : Optional.empty();
  }

  private List<Path> roots() {
    List<Path> roots = new ArrayList<>();
    roots.add(fetched);
    roots.addAll(bundled);
    return roots;
  }

  /** The models under the home directory, then the bundled ones, by name; each name once. */
  public List<Found> list() {
    Map<String, Found> found = new LinkedHashMap<>();
    for (Path root : roots()) {
      boolean isBundled = !root.equals(fetched);
      for (Path child : directories(root)) {
        String name = child.getFileName().toString();
        if (Files.isRegularFile(child.resolve(CONFIG))) {
          found.putIfAbsent(name, new Found(name, child, isBundled));
          continue;
        }
        for (Path grandchild : directories(child)) {
          if (Files.isRegularFile(grandchild.resolve(CONFIG))) {
            String both = name + "/" + grandchild.getFileName();
            found.putIfAbsent(both, new Found(both, grandchild, isBundled));
          }
        }
      }
    }
    return List.copyOf(found.values());
  }

  private static List<Path> directories(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw ModelFiles.unreadable(parent, e);
    }
  }
}
