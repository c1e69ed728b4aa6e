package io.jgpt.agent.log;

import java.security.GeneralSecurityException;

/** Keeps what is stored from who can read the disk. */
public interface Sealer {

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
