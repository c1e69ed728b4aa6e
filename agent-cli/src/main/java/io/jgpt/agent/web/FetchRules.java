package io.jgpt.agent.web;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the tool {@code fetch} may read, as a policy file says.
 *
 * @param sites that may be read; at least one
 * @param time of one call, redirects included
 * @param bytes most of a page that is read
 */
public record FetchRules(List<Site> sites, Duration time, int bytes) {

  private static final long USUAL_SECONDS = 20;
  private static final long MOST_SECONDS = 600;
  private static final long USUAL_BYTES = 1 << 20;
  private static final long MOST_BYTES = 16 << 20;

  /** Copies the list. */
  public FetchRules {
    sites = List.copyOf(sites);
  }

  /**
   * One or more hosts: {@code docs.example.org}, {@code *.example.org} for all below it and not
   * itself, {@code https://example.org:8443}, and {@code http://example.org} for those that have no
   * https. A host is a name: addresses in numbers are none.
   *
   * @param below whether the host stands for those below it
   */
  public record Site(boolean https, String host, boolean below, int port) {

    private static final int MOST_PORT = 65_535;
    private static final Pattern WRITTEN =
        Pattern.compile(
            "(?:(https?)://)?(\\*\\.)?((?:[a-z0-9_-]+\\.)*[a-z0-9-]*[a-z][a-z0-9-]*)(?::([0-9]{1,5}))?",
            Pattern.CASE_INSENSITIVE);

    static Site read(String text) throws JsonException {
      Matcher written = WRITTEN.matcher(text);
      if (!written.matches()) {
        throw new JsonException(
            "\"" + text + "\" is no site; write one such as docs.example.org or *.example.org");
      }
      boolean https = !"http".equalsIgnoreCase(written.group(1));
      int usual = https ? 443 : 80;
      int port = written.group(4) == null ? usual : Integer.parseInt(written.group(4));
      if (port < 1 || port > MOST_PORT) {
        throw new JsonException("\"" + text + "\" has no port from 1 to " + MOST_PORT);
      }
      String host = written.group(3).toLowerCase(Locale.ROOT);
      return new Site(https, host, written.group(2) != null, port);
    }

    boolean holds(boolean ofHttps, String ofHost, int ofPort) {
      return https == ofHttps
          && port == ofPort
          && (below ? ofHost.endsWith("." + host) : ofHost.equals(host));
    }

    @Override
    public String toString() {
      boolean usual = port == (https ? 443 : 80);
      return (https ? "" : "http://") + (below ? "*." : "") + host + (usual ? "" : ":" + port);
    }
  }

  /**
   * Reads the section {@code fetch} of a policy.
   *
   * @throws JsonException if it is none
   */
  public static FetchRules read(JsonValue.Members section) throws JsonException {
    section.requireOnly("fetch", "sites", "seconds", "bytes");
    List<Site> sites = new ArrayList<>();
    for (JsonValue site : section.elements("sites")) {
      sites.add(Site.read(site.asText()));
    }
    if (sites.isEmpty()) {
      throw new JsonException("\"sites\" is missing");
    }
    return new FetchRules(
        sites,
        Duration.ofSeconds(section.wholeWithin("seconds", 1, MOST_SECONDS, USUAL_SECONDS)),
        (int) section.wholeWithin("bytes", 1, MOST_BYTES, USUAL_BYTES));
  }

  boolean allow(boolean https, String host, int port) {
    return sites.stream().anyMatch(site -> site.holds(https, host, port));
  }
}
