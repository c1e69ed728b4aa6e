package io.jgpt.agent.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jgpt.agent.log.Sealer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class TinkSealerTest {

  private static final byte[] PLAIN = "什么 secret".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PLACE = "x.jsonl\n7".getBytes(StandardCharsets.UTF_8);
  private static final int MARK = 0x6A677074;

  private static byte[] key() {
    return HexFormat.of()
        .parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  }

  private final Sealer sealer = TinkSealer.of(key(), MARK);

  @Test
  void everyBitCounts() throws Exception {
    byte[] sealed = sealer.seal(PLAIN, PLACE);
    assertArrayEquals(PLAIN, sealer.open(sealed, PLACE));
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThrows(GeneralSecurityException.class, () -> sealer.open(changed, PLACE), "" + bit);
    }
    for (int length = 0; length < sealed.length; length++) {
      byte[] shorter = Arrays.copyOf(sealed, length);
      assertThrows(GeneralSecurityException.class, () -> sealer.open(shorter, PLACE));
    }
  }

  @Test
  void itOpensOnlyAtItsPlaceAndWithItsKey() throws Exception {
    byte[] sealed = sealer.seal(PLAIN, PLACE);
    for (String place : new String[] {"", "x.jsonl\n8", "y.jsonl\n7", "x.jsonl\n77"}) {
      byte[] other = place.getBytes(StandardCharsets.UTF_8);
      assertThrows(GeneralSecurityException.class, () -> sealer.open(sealed, other), place);
    }
    byte[] key = key();
    key[0] ^= 1;
    Sealer other = TinkSealer.of(key, MARK);
    assertThrows(GeneralSecurityException.class, () -> other.open(sealed, PLACE));
  }

  @Test
  void equalTextsDoNotLookEqual() throws Exception {
    byte[] first = sealer.seal(PLAIN, PLACE);
    byte[] second = sealer.seal(PLAIN, PLACE);
    assertFalse(Arrays.equals(first, 5, 17, second, 5, 17)); // the nonces
    assertFalse(Arrays.equals(first, 17, first.length, second, 17, second.length));
  }

  /** As the picture in the Javadoc has it, and as the JDK's own cipher reads it. */
  @Test
  void itIsAesGcm() throws Exception {
    byte[] sealed = sealer.seal(PLAIN, PLACE);
    assertEquals(1, sealed[0]);
    assertEquals(MARK, ByteBuffer.wrap(sealed).getInt(1));
    assertEquals(1 + 4 + 12 + PLAIN.length + 16, sealed.length);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key(), "AES"),
        new GCMParameterSpec(128, sealed, 5, 12));
    cipher.updateAAD(PLACE);
    assertArrayEquals(PLAIN, cipher.doFinal(sealed, 17, sealed.length - 17));
  }
}
