package io.jgpt.agent.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.log.Keys;
import io.jgpt.agent.store.KeyException.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class StateKeyTest {

  private static final byte[] PLACE = {1};

  /** A keyring that can fall silent. */
  private static final class FakeKeyring implements Keyring {
    final Map<String, String> secrets = new HashMap<>();
    boolean silent;
    boolean forgetful;

    @Override
    public String name() {
      return "fake";
    }

    private void answer() throws IOException {
      if (silent) {
        throw new IOException("locked");
      }
    }

    @Override
    public Optional<String> find(String id) throws IOException {
      answer();
      return Optional.ofNullable(secrets.get(id));
    }

    @Override
    public void store(String id, String secret) throws IOException {
      answer();
      if (!forgetful) {
        secrets.put(id, secret);
      }
    }

    @Override
    public void remove(String id) throws IOException {
      answer();
      secrets.remove(id);
    }
  }

  @TempDir Path root;
  private final FakeKeyring keyring = new FakeKeyring();

  private Path state() {
    return root.resolve("state");
  }

  private Path file() {
    return state().resolve("key");
  }

  private StateKey open() throws Exception {
    return StateKey.open(state(), Optional.empty());
  }

  private StateKey openWithKeyring() throws Exception {
    return StateKey.open(state(), Optional.of(keyring));
  }

  private Fault fault(Optional<Keyring> keyring) {
    return assertThrows(KeyException.class, () -> StateKey.open(state(), keyring)).fault();
  }

  private static byte[] sealed(StateKey key) throws Exception {
    return key.keys().sealer().seal("hello".getBytes(StandardCharsets.UTF_8), PLACE);
  }

  private static String opened(StateKey key, byte[] sealed) throws Exception {
    return new String(key.keys().sealer().open(sealed, PLACE), StandardCharsets.UTF_8);
  }

  /** A secret that differs from one in its first six bits, whatever those are. */
  private static String another(String secret) {
    return (secret.startsWith("A") ? "B" : "A") + secret.substring(1);
  }

  @Test
  void aKeyIsMadeOnceAndFoundAgain() throws Exception {
    assertEquals(Optional.empty(), StateKey.placeIn(state()));
    StateKey made = open();
    byte[] sealed = sealed(made);
    assertEquals("hello", opened(open(), sealed));
    assertEquals(StateKey.Place.FILE, made.place());
    assertEquals(Optional.of(StateKey.Place.FILE), StateKey.placeIn(state()));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void onlyItsOwnerMayReadIt() throws Exception {
    open();
    for (String name : new String[] {"key", "key.check", "lock"}) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(state().resolve(name))));
    }
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(state())));
    for (String permissions : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
      Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));
      var e = assertThrows(IOException.class, this::open, permissions);
      assertTrue(e.getMessage().contains("chmod 600"), e.getMessage());
    }
  }

  @Test
  void anAbsentKeyIsNotMadeAnew() throws Exception {
    open();
    Files.delete(file());
    assertEquals(Fault.MISSING, fault(Optional.empty()));
    assertEquals(Fault.MISSING, fault(Optional.of(keyring)));
    assertFalse(Files.exists(file()));
  }

  @Test
  void anotherKeyIsNoticedBeforeAnythingIsRead() throws Exception {
    open();
    Path other = root.resolve("other");
    StateKey.open(other, Optional.empty());
    Files.copy(other.resolve("key"), file(), StandardCopyOption.REPLACE_EXISTING);
    byte[] check = Files.readAllBytes(state().resolve("key.check"));
    assertEquals(Fault.OTHER, fault(Optional.empty()));
    assertArrayEquals(check, Files.readAllBytes(state().resolve("key.check")));
  }

  @Test
  void whatIsNoKeyIsNotUsed() throws Exception {
    open();
    for (String text :
        new String[] {
          "",
          "{}",
          "no json",
          "{\"format\":1}",
          "{\"format\":1,\"secret\":\"AAAA\"}",
          "{\"format\":1,\"secret\":\"?\"}",
          "{\"format\":1,\"secret\":7}",
          "{\"format\":2}"
        }) {
      Files.writeString(file(), text);
      assertEquals(Fault.DAMAGED, fault(Optional.empty()), text);
    }
    Files.write(file(), new byte[32]); // as before there was encryption
    assertEquals(Fault.UNENCRYPTED, fault(Optional.empty()));
  }

  @Test
  void aProcessThatEndsBetweenKeyAndCheckLosesNothing() throws Exception {
    byte[] sealed = sealed(open());
    Files.delete(state().resolve("key.check"));
    assertEquals("hello", opened(open(), sealed));
    assertTrue(Files.exists(state().resolve("key.check")));
  }

  @Test
  void aKeyringThatAnswersKeepsIt() throws Exception {
    StateKey made = openWithKeyring();
    assertEquals(StateKey.Place.KEYRING, made.place());
    assertEquals(Optional.of(StateKey.Place.KEYRING), StateKey.placeIn(state()));
    String secret = keyring.secrets.values().iterator().next();
    assertFalse(Files.readString(file()).contains(secret));
    assertEquals("hello", opened(openWithKeyring(), sealed(made)));

    keyring.silent = true;
    KeyException silent = assertThrows(KeyException.class, this::openWithKeyring);
    assertEquals(Fault.KEYRING, silent.fault());
    assertEquals("fake", silent.where());
    assertEquals("locked", silent.detail());
    assertEquals(Fault.KEYRING, fault(Optional.empty()));

    keyring.silent = false;
    keyring.secrets.replaceAll((id, text) -> another(text));
    assertEquals(Fault.OTHER, fault(Optional.of(keyring)));
    StateKey.forget(state(), Optional.of(keyring));
    assertTrue(keyring.secrets.isEmpty());
    assertEquals(Fault.KEYRING, fault(Optional.of(keyring)));
    StateKey.forget(state(), Optional.of(keyring));
  }

  @Test
  void aKeyringThatDoesNotAnswerOrKeepIsPassedOver() throws Exception {
    keyring.silent = true;
    assertEquals(StateKey.Place.FILE, openWithKeyring().place());
    PersonalFiles files = new PersonalFiles(state());
    files.eraseAll();
    keyring.silent = false;
    keyring.forgetful = true;
    assertEquals(StateKey.Place.FILE, openWithKeyring().place());
    assertEquals(StateKey.Place.FILE, open().place());
  }

  @Test
  void keysOfTwoDirectoriesHaveNothingInCommon() throws Exception {
    Keys one = open().keys();
    Keys two = StateKey.open(root.resolve("two"), Optional.empty()).keys();
    byte[] sealed = one.sealer().seal(new byte[9], PLACE);
    assertThrows(GeneralSecurityException.class, () -> two.sealer().open(sealed, PLACE));
  }
}
