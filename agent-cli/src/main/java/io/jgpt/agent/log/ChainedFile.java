package io.jgpt.agent.log;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Lines that can be added to, and neither changed, reordered nor removed without notice.
 *
 * <pre>
 * {"seq":1,"body":"eyJy...","mac":"5f1c..."}     mac = HMAC(key, file name, mac before, seq, body)
 * {"seq":2,"body":"eyJ0...","mac":"09ab..."}     body = base64(sealed JSON)
 * </pre>
 *
 * The head, a file of its own, has the last {@code seq} and {@code mac}: without it, lines missing
 * at the end would leave a shorter file that is whole. A line is written before the head, so a
 * process that ends between the two leaves one line more than the head knows; that one is authentic
 * and is kept, while one that was not written to its end is dropped.
 *
 * <p>For one thread. Streams, not channels: an interrupt must not close the file.
 */
final class ChainedFile implements AutoCloseable {

  private static final String NO_MAC = "";

  private static final byte[] BEGINNING = ascii("{\"seq\":1,");

  /** Where a chain is. */
  private record Head(long seq, String mac) {
    static final Head NONE = new Head(0, NO_MAC);
  }

  private final Path file;
  private final Path headFile;
  private final Keys keys;
  private final List<JsonValue.Members> bodies;
  private final FileOutputStream out;
  private Head head;

  private ChainedFile(
      Path file, Keys keys, Head head, List<JsonValue.Members> bodies, FileOutputStream out) {
    this.file = file;
    this.headFile = headOf(file);
    this.keys = keys;
    this.head = head;
    this.bodies = bodies;
    this.out = out;
  }

  /** Where the head of the chain in {@code file} is kept: not beside it. */
  static Path headOf(Path file) {
    return file.resolveSibling("heads").resolve(file.getFileName() + ".head");
  }

  /** Whether {@code file} never was a chain: it has no head, and does not begin as one. */
  static boolean isForeign(Path file) throws IOException {
    if (Files.exists(headOf(file))) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return !Arrays.equals(in.readNBytes(BEGINNING.length), BEGINNING);
    }
  }

  /**
   * Begins a file.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it is there
   */
  static ChainedFile create(Path file, Keys keys) throws IOException {
    PrivateFiles.directory(file.getParent());
    PrivateFiles.directory(headOf(file).getParent());
    PrivateFiles.create(file);
    var chain = new ChainedFile(file, keys, Head.NONE, new ArrayList<>(), locked(file));
    chain.storeHead();
    return chain;
  }

  /**
   * Opens a file to add to it.
   *
   * @throws TamperedException if it is not as it was written
   */
  static ChainedFile open(Path file, Keys keys) throws IOException, TamperedException {
    byte[] bytes = Files.readAllBytes(file);
    List<JsonValue.Members> bodies = new ArrayList<>();
    Head known = readHead(file, keys);
    Head head = Head.NONE;
    boolean headSeen = known.equals(head);
    int begin = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] != '\n') {
        continue;
      }
      String line = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
      head = next(file, keys, head, line, bodies);
      headSeen |= known.equals(head);
      begin = end + 1;
    }
    if (!headSeen || head.seq > known.seq + 1) {
      throw new TamperedException(file, bodies.size() + 1);
    }
    FileOutputStream out = locked(file);
    if (begin < bytes.length) {
      out.getChannel().truncate(begin);
    }
    var chain = new ChainedFile(file, keys, head, bodies, out);
    if (!head.equals(known)) {
      chain.storeHead();
    }
    return chain;
  }

  private static Head next(
      Path file, Keys keys, Head head, String line, List<JsonValue.Members> bodies)
      throws TamperedException {
    int number = bodies.size() + 1;
    try {
      JsonValue.Members members = JsonText.read(line).asObject();
      String body = members.text("body");
      String mac = mac(file, keys, head.mac, number, body);
      if (members.members().size() != 3
          || members.optionalWhole("seq").orElse(0L) != number
          || !MessageDigest.isEqual(ascii(mac), ascii(members.text("mac")))) {
        throw new TamperedException(file, number);
      }
      byte[] plain = keys.sealer().open(Base64.getDecoder().decode(body), place(file, number));
      bodies.add(JsonText.read(new String(plain, StandardCharsets.UTF_8)).asObject());
      return new Head(number, mac);
    } catch (JsonException | GeneralSecurityException | IllegalArgumentException e) {
      var tampered = new TamperedException(file, number);
      tampered.initCause(e);
      throw tampered;
    }
  }

  private static Head readHead(Path file, Keys keys) throws IOException, TamperedException {
    Path headFile = headOf(file);
    if (Files.exists(headFile)) {
      String text = Files.readString(headFile);
      String[] words = text.strip().split(" ", -1);
      if (words.length == 3 && words[0].matches("[0-9]{1,18}")) {
        var head = new Head(Long.parseLong(words[0]), words[1].equals("-") ? NO_MAC : words[1]);
        if (MessageDigest.isEqual(ascii(text), ascii(headText(file, keys, head)))) {
          return head;
        }
      }
    }
    throw new TamperedException(file, 1);
  }

  /** Authentic too: else it could be set back to an earlier line together with the file. */
  private static String headText(Path file, Keys keys, Head head) {
    byte[] code =
        keys.mac()
            .code(
                ascii("head"),
                ascii(file.getFileName().toString()),
                ascii(Long.toString(head.seq)),
                ascii(head.mac));
    String mac = head.mac.isEmpty() ? "-" : head.mac;
    return head.seq + " " + mac + " " + HexFormat.of().formatHex(code) + "\n";
  }

  /** For this process alone: two that add to one chain would break it. */
  private static FileOutputStream locked(Path file) throws IOException {
    var out = new FileOutputStream(file.toFile(), true);
    try {
      if (out.getChannel().tryLock() != null) {
        return out;
      }
      throw new BusyException(file, "in use by another jgpt");
    } catch (IOException | OverlappingFileLockException e) {
      out.close();
      throw e instanceof IOException io ? io : new BusyException(file, "in use by this process");
    }
  }

  /** All lines. */
  List<JsonValue.Members> bodies() {
    return List.copyOf(bodies);
  }

  /** The file. */
  Path file() {
    return file;
  }

  /** Adds a line; when this returns, it is on the disk. */
  void append(JsonValue.Members body) throws IOException {
    long seq = head.seq + 1;
    String sealed = sealed(seq, JsonText.write(body));
    String mac = mac(file, keys, head.mac, seq, sealed);
    JsonValue.Members line =
        JsonValue.Members.builder().put("seq", seq).put("body", sealed).put("mac", mac).build();
    out.write((JsonText.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
    out.getFD().sync();
    head = new Head(seq, mac);
    bodies.add(body);
    storeHead();
  }

  private void storeHead() throws IOException {
    PrivateFiles.replace(headFile, ascii(headText(file, keys, head)));
  }

  private String sealed(long seq, String text) throws IOException {
    try {
      byte[] sealed = keys.sealer().seal(text.getBytes(StandardCharsets.UTF_8), place(file, seq));
      return Base64.getEncoder().encodeToString(sealed);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot encrypt: " + e.getMessage(), e);
    }
  }

  private static String mac(Path file, Keys keys, String before, long seq, String body) {
    byte[] code =
        keys.mac()
            .code(
                ascii(file.getFileName().toString()),
                ascii(before),
                ascii(Long.toString(seq)),
                ascii(body));
    return HexFormat.of().formatHex(code);
  }

  private static byte[] place(Path file, long seq) {
    return (file.getFileName() + "\n" + seq).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
