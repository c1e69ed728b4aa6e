package io.jgpt.agent.log;

import java.security.GeneralSecurityException;

/** Keeps what is stored from who can read the disk. */
public interface Sealer {

  /** Stores as it is. */
  Sealer OPEN =
      new Sealer() {
        @Override
        public byte[] seal(byte[] plain, byte[] place) {
          return plain;
        }

        @Override
        public byte[] open(byte[] sealed, byte[] place) {
          return sealed;
        }
      };

  /**
   * Encrypts.
   *
   * @param place where it will stand; at another place it cannot be opened
   */
  byte[] seal(byte[] plain, byte[] place) throws GeneralSecurityException;

  /**
   * Decrypts.
   *
   * @throws GeneralSecurityException if it was changed, moved, or sealed with another key
   */
  byte[] open(byte[] sealed, byte[] place) throws GeneralSecurityException;
}
