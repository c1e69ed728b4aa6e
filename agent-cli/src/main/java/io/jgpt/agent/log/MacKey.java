package io.jgpt.agent.log;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key with which lines are authenticated: HMAC-SHA-256. */
public final class MacKey {

  private static final String ALGORITHM = "HmacSHA256";

  /** Bytes of a code. */
  static final int LENGTH = 32;

  private final SecretKeySpec key;

  /** A key of at least 32 bytes. */
  public MacKey(byte[] bytes) {
    if (bytes.length < LENGTH) {
      throw new IllegalArgumentException("a key of " + bytes.length + " bytes");
    }
    key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** The code of {@code parts}, each after its length, so that no two lists have one text. */
  byte[] code(byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (byte[] part : parts) {
        for (int shift = 24; shift >= 0; shift -= 8) {
          mac.update((byte) (part.length >>> shift));
        }
        mac.update(part);
      }
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e); // every JDK has the algorithm
    }
  }
}
