package io.jgpt.agent.plan;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * An OpenAI-compatible endpoint.
 *
 * @param base what {@code /chat/completions} is appended to, as {@code https://host/v1}
 * @param model as the endpoint calls it
 * @param key sent as a bearer token; never shown
 * @param timeout of one request
 * @param attempts at most, where the endpoint is not reached or busy
 * @param pause before the second attempt; doubled for each further one
 */
public record Endpoint(
    URI base, String model, Optional<String> key, Duration timeout, int attempts, Duration pause) {

  /** Checks the address. */
  public Endpoint {
    String scheme = base.getScheme() == null ? "" : base.getScheme();
    if (!(scheme.equals("https") || scheme.equals("http"))
        || base.getHost() == null
        || base.getUserInfo() != null
        || attempts < 1) {
      throw new IllegalArgumentException("endpoint");
    }
  }

  /** With three attempts of two minutes. */
  public static Endpoint of(URI base, String model, Optional<String> key) {
    return new Endpoint(base, model, key, Duration.ofMinutes(2), 3, Duration.ofSeconds(1));
  }

  /** Where requests go. */
  URI completions() {
    String path = base.getPath() == null ? "" : base.getPath();
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return base.resolve(trimmed + "/chat/completions");
  }

  /** For people: host and port. */
  String name() {
    return base.getScheme() + "://" + base.getRawAuthority();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return name() + " " + model;
  }
}
