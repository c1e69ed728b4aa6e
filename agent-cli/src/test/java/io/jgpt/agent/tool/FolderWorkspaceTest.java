package io.jgpt.agent.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No path leads out, and nothing outside is read or changed by any of them. */
class FolderWorkspaceTest {

  private static final String SECRET = "what stands outside";
  private static final int LIMIT = 1 << 20;

  @TempDir Path directory;
  private Path outside;
  private Path root;
  private FolderWorkspace workspace;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(directory.resolve("ws"));
    outside = Files.writeString(directory.resolve("outside.txt"), SECRET);
    Files.writeString(root.resolve("inside.txt"), "what stands inside");
    workspace = FolderWorkspace.open(root, Set.of());
  }

  @AfterEach
  void nothingOutsideChanged() throws IOException {
    workspace.close();
    assertEquals(SECRET, Files.readString(outside));
  }

  /** Reading, writing and copying are refused, and leave nothing behind. */
  private void refused(String path, String reason) throws IOException {
    List<String> before = tree();
    for (Use use :
        List.<Use>of(
            () -> workspace.read(path, LIMIT),
            () -> workspace.write(path, "x", LIMIT),
            () -> workspace.copy("inside.txt", path, LIMIT),
            () -> workspace.copy(path, "copied.txt", LIMIT))) {
      ToolException e = assertThrows(ToolException.class, use::run);
      // Copying replaces nothing, whatever it is.
      boolean exists = e.getMessage().equals(path + " already exists");
      assertTrue(exists || e.getMessage().contains(reason), e.getMessage());
    }
    assertEquals(before, tree());
  }

  @FunctionalInterface
  private interface Use {
    void run() throws ToolException;
  }

  private List<String> tree() throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.map(Path::toString).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "../outside.txt",
        "a/../../outside.txt",
        "./../outside.txt",
        "..",
        "/etc/passwd",
        "//etc/passwd"
      })
  void pathsThatLeadOut(String path) throws IOException {
    refused(path, "outside the workspace: " + path);
  }

  @Test
  void aSiblingThatBeginsWithTheSameName() throws IOException {
    Path evil = Files.createDirectory(directory.resolve("ws-evil"));
    Files.writeString(evil.resolve("a.txt"), SECRET);
    refused(evil.resolve("a.txt").toString(), "outside the workspace");
    refused("../ws-evil/a.txt", "outside the workspace");
    refused(root + "/../ws-evil/a.txt", "outside the workspace");
  }

  @Test
  void anAbsolutePathInsideIsTheSameAsARelativeOne() throws ToolException, IOException {
    assertEquals("inside.txt", workspace.canonical(root + "/inside.txt"));
    assertEquals("what stands inside", workspace.read(root + "/inside.txt", LIMIT).text());
    workspace.write(root + "/new/a.txt", "a", LIMIT);
    assertEquals("a", Files.readString(root.resolve("new/a.txt")));
    assertEquals(List.of("inside.txt", "new/"), workspace.list(root.toString(), 10));
  }

  @Test
  void aWorkspaceReachedByALinkIsKnownByBothNames() throws IOException, ToolException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), root);
    try (var linked = FolderWorkspace.open(link, Set.of())) {
      assertEquals("what stands inside", linked.read(link + "/inside.txt", LIMIT).text());
      assertEquals("what stands inside", linked.read(root + "/inside.txt", LIMIT).text());
    }
  }

  @Test
  void aFileThatIsALink() throws IOException {
    Files.createSymbolicLink(root.resolve("link.txt"), outside);
    refused("link.txt", "link");
  }

  @Test
  void aLinkToNothing() throws IOException {
    Files.createSymbolicLink(root.resolve("link.txt"), directory.resolve("new.txt"));
    refused("link.txt", "link");
  }

  @Test
  void aFolderThatIsALink() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.createSymbolicLink(root.resolve("folder"), elsewhere);
    refused("folder/new.txt", "folder/new.txt: ");
    refused("folder/deeper/new.txt", "folder/deeper/new.txt: ");
    assertThrows(ToolException.class, () -> workspace.list("folder", 10));
  }

  @Test
  void linksAreNeitherListedNorWalked() throws IOException, ToolException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("b.txt"), SECRET);
    Files.createSymbolicLink(root.resolve("folder"), elsewhere);
    Files.createSymbolicLink(root.resolve("loop"), root);
    Files.createSymbolicLink(root.resolve("link.txt"), outside);
    assertEquals(List.of("inside.txt"), workspace.list(".", 10));
    assertEquals(List.of("inside.txt"), workspace.files(10));
  }

  /**
   * Somebody keeps swapping a folder for a link that leads out while it is written through. Each
   * write lands inside or fails; with a check by path and a later use by path some land outside.
   */
  @Test
  @Timeout(600) // two threads in turn: on one busy core that takes a while
  void aFolderSwappedForALinkBetweenCheckAndUse() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("a.txt"), SECRET);
    Path folder = root.resolve("folder");
    AtomicBoolean enough = new AtomicBoolean();
    Thread swapper =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!enough.get()) {
                    setTrap(folder, elsewhere);
                  }
                });
    int written = 0;
    int failed = 0;
    while (written < 50 || failed < 50) {
      try {
        workspace.write("folder/a.txt", "new", LIMIT);
        written++;
      } catch (ToolException e) {
        failed++;
      }
      try {
        assertFalse(workspace.read("folder/a.txt", LIMIT).text().equals(SECRET));
      } catch (ToolException e) {
        failed++;
      }
    }
    enough.set(true);
    swapper.join();
    assertEquals(SECRET, Files.readString(elsewhere.resolve("a.txt")));
    try (Stream<Path> files = Files.list(elsewhere)) {
      assertEquals(1, files.count());
    }
  }

  /** Puts a link in the folder's place, for a moment. */
  private static void setTrap(Path folder, Path elsewhere) {
    try {
      Files.createSymbolicLink(folder, elsewhere);
      Files.delete(folder);
    } catch (FileAlreadyExistsException e) {
      deleteFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteFolder(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve("a.txt"));
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // Just written to: next time.
      Thread.onSpinWait();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aHardLinkOutward() throws IOException {
    Files.createLink(root.resolve("hard.txt"), outside);
    refused("hard.txt", "has another name, which may be outside the workspace");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\0.txt",
        "a\r\n.txt",
        "a\n",
        "a\u001b[2Jb.txt",
        "invoice\u202Etxt.exe",
        "a\u2066b",
        "a\u200Bb",
        "a\u2028b",
        "a\uD800b"
      })
  void charactersThatDoNotShow(String path) throws IOException {
    refused(path, "a character that does not show in a path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"~/x", "~", "$HOME/x", "${HOME}/x", "a/$(id)", "a\\..\\b", "C:\\x"})
  void whatAShellWouldExpand(String path) throws IOException {
    refused(path, "mean nothing in a path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".env", "a/.env", ".ENV", ".git/hooks/pre-commit", "./.ssh/id", ".env.local"})
  void hiddenFiles(String path) throws IOException {
    refused(path, "hidden files are not for tools");
  }

  @Test
  void hiddenFilesAreNotListed() throws IOException, ToolException {
    Files.writeString(root.resolve(".env"), "KEY=canary");
    Files.createDirectory(root.resolve(".git"));
    assertEquals(List.of("inside.txt"), workspace.list(".", 10));
    assertEquals(List.of("inside.txt"), workspace.files(10));
  }

  @Test
  void namesTooLongOrTooDeep() throws IOException {
    refused("a".repeat(256), "a name of 256 bytes, at most 255");
    refused("文".repeat(86), "a name of 258 bytes, at most 255");
    refused("a/".repeat(32) + "b", "more than 32 folders deep");
    refused(" a.txt", "a name starts or ends with a blank");
    refused("", "the path is empty");
    refused(".", "the workspace itself is no file");
  }

  @Test
  void policyTranscriptAndProfileCannotBeWritten() throws IOException, ToolException {
    Path policy = Files.writeString(root.resolve("policy.json"), "deny");
    Path transcript = root.resolve("runs/log.jsonl");
    Path profile = Files.writeString(root.resolve("profile.json"), "me");
    Path alias = Files.createSymbolicLink(directory.resolve("alias"), profile);
    try (var guarded = FolderWorkspace.open(root, List.of(policy, transcript, alias))) {
      for (String path :
          List.of(
              "policy.json",
              "./runs/../policy.json",
              "runs/log.jsonl",
              "profile.json",
              policy.toString())) {
        ToolException e =
            assertThrows(ToolException.class, () -> guarded.write(path, "allow", LIMIT));
        assertTrue(e.getMessage().endsWith(" is not for tools to write"), e.getMessage());
        assertThrows(ToolException.class, () -> guarded.copy("inside.txt", path, LIMIT));
      }
      // Moved by the user while the agent runs, it is the same file.
      Files.move(policy, root.resolve("moved.json"));
      assertThrows(ToolException.class, () -> guarded.write("moved.json", "allow", LIMIT));
      guarded.write("inside.txt", "new", LIMIT);
    }
    assertEquals("deny", Files.readString(root.resolve("moved.json")));
    assertFalse(Files.exists(transcript));
  }

  /** There or not, by its own name or through a link; and a name is guarded wherever it stands. */
  @Test
  void nothingInAGuardedFolderCanBeWritten() throws IOException, ToolException {
    Files.createSymbolicLink(directory.resolve("link"), root);
    Path behindLink = directory.resolve("link/home/recipes");
    Path there = Files.createDirectories(root.resolve("own"));
    try (var guarded =
        FolderWorkspace.open(root, List.of(behindLink, there), List.of("recipe.json"))) {
      for (String path :
          List.of(
              "home/recipes",
              "home/recipes/office/profile.md",
              "own/new/a.txt",
              "x/../own/a.txt",
              "recipe.json",
              "mine/recipe.json",
              "mine/Recipe.JSON")) {
        ToolException e =
            assertThrows(ToolException.class, () -> guarded.write(path, "allow", LIMIT));
        assertTrue(e.getMessage().endsWith(" is not for tools to write"), e.getMessage());
        assertThrows(ToolException.class, () -> guarded.copy("inside.txt", path, LIMIT));
        assertThrows(ToolException.class, () -> guarded.requireInside(path));
      }
      for (String path : List.of("home/a.txt", "owner.txt", "my-recipe.json", "recipe.json/a")) {
        guarded.write(path, "x", LIMIT);
      }
    }
    assertFalse(Files.exists(root.resolve("home/recipes")));
  }

  @Test
  @Timeout(60)
  void aFifoDoesNotBlock() throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", root.resolve("fifo").toString()).start();
    assertEquals(0, mkfifo.waitFor());
    refused("fifo", "fifo is not a regular file");
    assertEquals(List.of("inside.txt"), workspace.files(10));
  }

  @Test
  void ofAHugeFileOnlyTheBeginningIsRead() throws IOException, ToolException {
    try (var file = new RandomAccessFile(root.resolve("huge.txt").toFile(), "rw")) {
      file.write("abcdefgh".repeat(1000).getBytes(StandardCharsets.UTF_8));
      file.setLength(2L << 30);
    }
    Workspace.Content content = workspace.read("huge.txt", 10);
    assertEquals(new Workspace.Content("abcdefghab", true), content);
    assertThrows(ToolException.class, () -> workspace.copy("huge.txt", "b.txt", LIMIT));
    assertFalse(Files.exists(root.resolve("b.txt")));
  }

  @Test
  void writingIsBounded() {
    ToolException e =
        assertThrows(ToolException.class, () -> workspace.write("a.txt", "文".repeat(4), 11));
    assertEquals("a.txt would have 12 bytes, at most 11", e.getMessage());
    assertFalse(Files.exists(root.resolve("a.txt")));
  }

  @Test
  void textIsUtf8AndACutCharacterIsLeftOut() throws IOException, ToolException {
    workspace.write("笔记/今天.txt", "三公里\n😀", LIMIT);
    assertEquals("三公里\n😀", Files.readString(root.resolve("笔记/今天.txt")));
    assertEquals(new Workspace.Content("三公里\n", true), workspace.read("笔记/今天.txt", 12));
    Files.write(root.resolve("bom.txt"), new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a'});
    assertEquals("a", workspace.read("bom.txt", LIMIT).text());
    Files.write(root.resolve("gbk.txt"), new byte[] {(byte) 0xC4, (byte) 0xE3});
    assertThrows(ToolException.class, () -> workspace.read("gbk.txt", LIMIT));
    Files.write(root.resolve("binary"), new byte[] {'a', 0, 'b'});
    assertThrows(ToolException.class, () -> workspace.read("binary", LIMIT));
  }

  @Test
  void aReplacedFileKeepsItsPermissionsAndLeavesNothingElse() throws IOException, ToolException {
    Path file = root.resolve("inside.txt");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    workspace.write("inside.txt", "new", LIMIT);
    assertEquals("new", Files.readString(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(
        Stream.of(directory, root, file, outside).map(Path::toString).sorted().toList(), tree());
  }

  @Test
  void copyingKeepsBytesAndOverwritesNothing() throws IOException, ToolException {
    byte[] bytes = {1, 0, (byte) 0xFF};
    Files.write(root.resolve("a.bin"), bytes);
    workspace.copy("a.bin", "sub/b.bin", LIMIT);
    assertEquals(-1, Files.mismatch(root.resolve("a.bin"), root.resolve("sub/b.bin")));
    ToolException e =
        assertThrows(ToolException.class, () -> workspace.copy("a.bin", "inside.txt", LIMIT));
    assertEquals("inside.txt already exists", e.getMessage());
  }

  @Test
  void foldersAndMissingFilesSaySo() throws IOException {
    Files.createDirectory(root.resolve("folder"));
    refusedToRead("folder", "folder is a folder");
    refusedToRead("missing.txt", "no file missing.txt");
    refusedToRead("missing/a.txt", "no file missing/a.txt");
    refusedToRead("inside.txt/a", "inside.txt/a is below a file");
  }

  private void refusedToRead(String path, String line) {
    assertEquals(
        line, assertThrows(ToolException.class, () -> workspace.read(path, LIMIT)).getMessage());
  }

  @Test
  void aMissingWorkspaceDoesNotOpen() {
    assertThrows(
        NoSuchFileException.class, () -> FolderWorkspace.open(root.resolve("none"), Set.of()));
  }
}
