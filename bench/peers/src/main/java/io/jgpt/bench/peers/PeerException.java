package io.jgpt.bench.peers;

/** What is measured could not be started, failed, or took too long: in one line, why. */
final class PeerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PeerException(String message) {
    super(message);
  }

  PeerException(String message, Throwable cause) {
    super(message, cause);
  }
}
