package io.jgpt.agent.store;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.util.SecretBytes;
import io.jgpt.agent.log.Sealer;
import java.security.GeneralSecurityException;

/**
 * AES-256-GCM by Tink, with the place as associated data. Tink draws a new nonce of 96 bits each
 * time, which is good for 2^32 messages, and writes a mark of the key before them:
 *
 * <pre>
 * 01 | mark of the key, 4 bytes | nonce, 12 bytes | encrypted text | tag, 16 bytes
 * </pre>
 *
 * The one class that knows Tink. It makes its primitive of one key: Tink's sets of keys load more
 * than twice as many classes, protobuf among them.
 */
final class TinkSealer implements Sealer {

  private final Aead aead;

  private TinkSealer(Aead aead) {
    this.aead = aead;
  }

  /**
   * @param key 32 bytes
   * @param mark of the key; not secret
   */
  static TinkSealer of(byte[] key, int mark) {
    try {
      return new TinkSealer(
          AesGcmJce.create(
              AesGcmKey.builder()
                  .setParameters(PredefinedAeadParameters.AES256_GCM)
                  .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                  .setIdRequirement(mark)
                  .build()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has the algorithm
    }
  }

  @Override
  public byte[] seal(byte[] plain, byte[] place) throws GeneralSecurityException {
    return aead.encrypt(plain, place);
  }

  @Override
  public byte[] open(byte[] sealed, byte[] place) throws GeneralSecurityException {
    return aead.decrypt(sealed, place);
  }
}
