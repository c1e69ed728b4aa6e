package io.jgpt.agent.recipe;

import io.jgpt.agent.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The recipes that there are: folders in some directories, of which the earlier come first. */
public final class Recipes {

  private final Path base;
  private final List<Path> directories;

  /**
   * @param base that relative paths start from
   * @param directories some of which may be missing
   */
  public Recipes(Path base, List<Path> directories) {
    this.base = base;
    this.directories = List.copyOf(directories);
  }

  /** Names and folders of those that are found by their name. */
  public SequencedMap<String, Path> all() throws IOException {
    SequencedMap<String, Path> all = new TreeMap<>();
    for (Path directory : directories) {
      if (Files.isDirectory(directory)) {
        try (Stream<Path> folders = Files.list(directory)) {
          folders
              .filter(Recipe::isIn)
              .forEach(folder -> all.putIfAbsent(folder.getFileName().toString(), folder));
        }
      }
    }
    return all;
  }

  /**
   * The recipe of a name, or at a path: a name has no slash.
   *
   * @return nothing if there is none
   * @throws JsonException if it is not as a recipe must be
   */
  public Optional<Recipe> find(String nameOrPath) throws IOException, JsonException {
    Optional<Path> folder =
        isPath(nameOrPath)
            ? Optional.of(base.resolve(nameOrPath).toAbsolutePath().normalize())
            : Optional.ofNullable(all().get(nameOrPath));
    if (folder.filter(Recipe::isIn).isEmpty()) {
      return Optional.empty();
    }
    String name = isPath(nameOrPath) ? folder.get().toString() : nameOrPath;
    return Optional.of(Recipe.read(name, folder.get()));
  }

  private static boolean isPath(String name) {
    return name.contains("/") || name.equals(".") || name.equals("..");
  }
}
