package io.jgpt.agent.store;

import java.io.IOException;
import java.util.Optional;

/** Where the system keeps secrets of programs for its user. */
public interface Keyring {

  /** Its name, for people. */
  String name();

  /**
   * The secret kept under {@code id}, if there is one.
   *
   * @throws IOException if the keyring does not answer; the message says why, in a few words
   */
  Optional<String> find(String id) throws IOException;

  /**
   * Keeps a secret of one line.
   *
   * @throws IOException if the keyring does not take it
   */
  void store(String id, String secret) throws IOException;

  /**
   * Forgets a secret; nothing happens if there is none.
   *
   * @throws IOException if the keyring does not answer
   */
  void remove(String id) throws IOException;
}
