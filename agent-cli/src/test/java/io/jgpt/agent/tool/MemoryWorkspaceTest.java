package io.jgpt.agent.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is learnt on the workspace in memory holds on the one on disk. */
class MemoryWorkspaceTest {

  private static final List<String> PATHS =
      List.of("a.txt", "b.txt", "sub/a.txt", "sub", "a.txt/x", "../x", ".", "sub/deep/c.txt", "笔记");

  @Test
  void answersAsAFolderDoes(@TempDir Path directory) throws IOException {
    Random random = new Random(5);
    try (var folder = FolderWorkspace.open(directory, Set.of());
        var memory = new MemoryWorkspace()) {
      ToolContext onDisk = Contexts.of(folder);
      ToolContext inMemory = Contexts.of(memory);
      int failures = 0;
      for (int i = 0; i < 3000; i++) {
        String first = PATHS.get(random.nextInt(PATHS.size()));
        String second = PATHS.get(random.nextInt(PATHS.size()));
        List<String> call =
            switch (random.nextInt(7)) {
              case 0 -> List.of("write", first, "text " + i);
              case 1 -> List.of("append", first, "text " + i);
              case 2 -> List.of("read", first);
              case 3 -> List.of("copy", first, second);
              case 4 -> List.of("list", first);
              case 5 -> List.of("search", "text " + random.nextInt(i + 1));
              default -> List.of("summarize", first);
            };
        String tool = call.getFirst();
        String[] arguments = call.subList(1, call.size()).toArray(String[]::new);
        String expected = Contexts.call(onDisk, tool, arguments);
        assertEquals(expected, Contexts.call(inMemory, tool, arguments), call.toString());
        failures += expected.startsWith("error: ") ? 1 : 0;
      }
      assertTrue(failures > 500 && failures < 2500, "failures: " + failures);
    }
  }
}
