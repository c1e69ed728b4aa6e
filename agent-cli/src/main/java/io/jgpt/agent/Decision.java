package io.jgpt.agent;

/** What a policy says about a call. */
public sealed interface Decision {

  /** Why, in a few words. */
  String reason();

  /** It may be done. */
  record Allow(String reason) implements Decision {}

  /** Somebody must be asked. */
  record Ask(String reason) implements Decision {}

  /** It must not be done. */
  record Deny(String reason) implements Decision {}
}
