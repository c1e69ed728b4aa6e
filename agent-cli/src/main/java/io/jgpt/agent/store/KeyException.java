package io.jgpt.agent.store;

/** There is no key with which what is stored can be read. Nothing was read or changed. */
public final class KeyException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is the matter with the key. */
  public enum Fault {
    /** It is gone. */
    MISSING,
    /** It is not the one that was used before. */
    OTHER,
    /** What is in its place is no key. */
    DAMAGED,
    /** It comes from a version that did not encrypt. */
    UNENCRYPTED,
    /** It is in the keyring, which does not give it. */
    KEYRING
  }

  private final Fault fault;
  private final String where;
  private final String detail;

  KeyException(Fault fault, String where, String detail) {
    super(fault + ": " + where + " " + detail);
    this.fault = fault;
    this.where = where;
    this.detail = detail;
  }

  /** What is the matter. */
  public Fault fault() {
    return fault;
  }

  /** The file, or the keyring's name. */
  public String where() {
    return where;
  }

  /** Why, in a few words; may be empty. */
  public String detail() {
    return detail;
  }
}
