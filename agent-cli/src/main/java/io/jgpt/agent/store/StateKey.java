package io.jgpt.agent.store;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.log.Keys;
import io.jgpt.agent.log.MacKey;
import io.jgpt.agent.log.PrivateFiles;
import io.jgpt.agent.store.KeyException.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The key of a state directory: 32 random bytes, from which those for codes and for encryption are
 * derived (HKDF-SHA-256, RFC 5869), each for its purpose.
 *
 * <pre>
 * key         {"format":1,"secret":"base64"}  or  {"format":1,"keyring":"secret-tool","id":"hex"}
 * key.check   16 derived bytes, hex
 * </pre>
 *
 * A key is made only where there was none, and the check is written with it: where the check stands
 * without its key, or beside another one, nothing can be read, and nothing is written either.
 */
public final class StateKey {

  /** Where a key is. */
  public enum Place {
    /** In the file {@code key}, which only its owner may read. */
    FILE,
    /** In the system's keyring. */
    KEYRING
  }

  /** The file that has the key, or says where it is. */
  public static final String KEY = "key";

  static final String CHECK = "key.check";

  private static final long FORMAT = 1;
  private static final int LENGTH = 32;

  private final Keys keys;
  private final Place place;

  private StateKey(byte[] secret, Place place) {
    this.keys =
        new Keys(
            new MacKey(derived(secret, "jgpt mac", LENGTH)),
            TinkSealer.of(
                derived(secret, "jgpt seal", LENGTH),
                ByteBuffer.wrap(derived(secret, "jgpt mark", Integer.BYTES)).getInt()));
    this.place = place;
  }

  /**
   * The key of a state directory; both are made if they are not there.
   *
   * @param keyring for a new key, if it takes it; and for one that was put there
   * @throws KeyException if there was a key, and it cannot be had
   */
  public static StateKey open(Path state, Optional<Keyring> keyring)
      throws IOException, KeyException {
    try (Closeable _ = PrivateFiles.lock(state)) {
      Optional<byte[]> stored = PrivateFiles.secret(state.resolve(KEY));
      if (stored.isPresent()) {
        return existing(state, stored.get(), keyring);
      }
      if (Files.exists(state.resolve(CHECK))) {
        throw new KeyException(Fault.MISSING, state.resolve(KEY).toString(), "");
      }
      return create(state, keyring);
    }
  }

  /**
   * Where the key of a state directory is, without using it; nothing if there is none.
   *
   * @throws KeyException if what is in its place is no key
   */
  public static Optional<Place> placeIn(Path state) throws IOException, KeyException {
    Optional<byte[]> stored = PrivateFiles.secret(state.resolve(KEY));
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    boolean elsewhere = json(state, stored.get()).get("keyring").isPresent();
    return Optional.of(elsewhere ? Place.KEYRING : Place.FILE);
  }

  /**
   * Has the keyring forget the key of a state directory, if it has it. The files stay.
   *
   * @throws KeyException if the keyring does not answer
   */
  public static void forget(Path state, Optional<Keyring> keyring)
      throws IOException, KeyException {
    Optional<byte[]> stored = PrivateFiles.secret(state.resolve(KEY));
    if (stored.isPresent()) {
      JsonValue.Members json = json(state, stored.get());
      Optional<String> id = text(state, json, "id");
      if (id.isPresent()) {
        Keyring there = keyring.orElseThrow(() -> silent(state, json, "not there"));
        try {
          there.remove(id.get());
        } catch (IOException e) {
          throw silent(state, json, e.getMessage());
        }
      }
    }
  }

  private static StateKey create(Path state, Optional<Keyring> keyring) throws IOException {
    byte[] secret = random(LENGTH);
    String text = Base64.getEncoder().encodeToString(secret);
    JsonValue.Builder json = JsonValue.Members.builder().put("format", FORMAT);
    String id = HexFormat.of().formatHex(random(16));
    boolean taken = keyring.isPresent() && takes(keyring.get(), id, text);
    if (taken) {
      json.put("keyring", keyring.get().name()).put("id", id);
    } else {
      json.put("secret", text);
    }
    String line = JsonText.write(json.build()) + "\n";
    PrivateFiles.replace(state.resolve(KEY), line.getBytes(StandardCharsets.UTF_8));
    writeCheck(state, secret);
    return new StateKey(secret, taken ? Place.KEYRING : Place.FILE);
  }

  /** Whether a keyring keeps a secret: one that does not give it back keeps nothing. */
  private static boolean takes(Keyring keyring, String id, String secret) {
    try {
      keyring.store(id, secret);
      return keyring.find(id).equals(Optional.of(secret));
    } catch (IOException e) {
      return false; // none that can be used: the key goes into a file
    }
  }

  private static StateKey existing(Path state, byte[] stored, Optional<Keyring> keyring)
      throws IOException, KeyException {
    JsonValue.Members json = json(state, stored);
    Optional<String> id = text(state, json, "id");
    String text = id.isPresent() ? found(state, json, keyring, id.get()) : secret(state, json);
    byte[] secret = bytes(state, text);
    Path check = state.resolve(CHECK);
    if (!Files.exists(check)) {
      writeCheck(state, secret); // the process that made the key came no further
    } else if (!MessageDigest.isEqual(Files.readAllBytes(check), check(secret))) {
      throw new KeyException(Fault.OTHER, place(state, json), "");
    }
    return new StateKey(secret, id.isPresent() ? Place.KEYRING : Place.FILE);
  }

  private static String found(
      Path state, JsonValue.Members json, Optional<Keyring> keyring, String id)
      throws KeyException {
    try {
      Keyring there = keyring.orElseThrow(() -> silent(state, json, "not there"));
      return there.find(id).orElseThrow(() -> silent(state, json, "it has no such key"));
    } catch (IOException e) {
      throw silent(state, json, e.getMessage());
    }
  }

  private static KeyException silent(Path state, JsonValue.Members json, String reason) {
    return new KeyException(Fault.KEYRING, place(state, json), reason);
  }

  private static String place(Path state, JsonValue.Members json) {
    return json.get("keyring").isPresent()
        ? JsonText.write(json.get("keyring").get()).replace("\"", "")
        : state.resolve(KEY).toString();
  }

  private static JsonValue.Members json(Path state, byte[] stored) throws KeyException {
    if (stored.length == LENGTH) {
      throw new KeyException(Fault.UNENCRYPTED, state.toString(), "");
    }
    try {
      JsonValue.Members json = JsonText.read(new String(stored, StandardCharsets.UTF_8)).asObject();
      if (json.optionalWhole("format").orElse(0L) != FORMAT) {
        throw new JsonException("another format");
      }
      return json;
    } catch (JsonException e) {
      throw damaged(state, e.getMessage());
    }
  }

  private static Optional<String> text(Path state, JsonValue.Members json, String name)
      throws KeyException {
    try {
      return json.optionalText(name);
    } catch (JsonException e) {
      throw damaged(state, e.getMessage());
    }
  }

  private static String secret(Path state, JsonValue.Members json) throws KeyException {
    return text(state, json, "secret").orElseThrow(() -> damaged(state, "\"secret\" is missing"));
  }

  private static byte[] bytes(Path state, String text) throws KeyException {
    try {
      byte[] secret = Base64.getDecoder().decode(text);
      if (secret.length == LENGTH) {
        return secret;
      }
      throw damaged(state, secret.length + " bytes, not " + LENGTH);
    } catch (IllegalArgumentException e) {
      throw damaged(state, "no base64");
    }
  }

  private static KeyException damaged(Path state, String reason) {
    return new KeyException(Fault.DAMAGED, state.resolve(KEY).toString(), reason);
  }

  private static void writeCheck(Path state, byte[] secret) throws IOException {
    PrivateFiles.replace(state.resolve(CHECK), check(secret));
  }

  private static byte[] check(byte[] secret) {
    String hex = HexFormat.of().formatHex(derived(secret, "jgpt check", 16));
    return (hex + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] derived(byte[] secret, String purpose, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(secret)
                  .thenExpand(purpose.getBytes(StandardCharsets.US_ASCII), length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has the algorithm
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** What protects the files of the directory. */
  public Keys keys() {
    return keys;
  }

  /** Where the key is. */
  public Place place() {
    return place;
  }
}
