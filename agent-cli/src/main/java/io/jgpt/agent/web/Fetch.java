package io.jgpt.agent.web;

import io.jgpt.agent.tool.Arguments;
import io.jgpt.agent.tool.Effect;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.Tool;
import io.jgpt.agent.tool.ToolContext;
import io.jgpt.agent.tool.ToolException;
import io.jgpt.agent.tool.ToolResult;
import io.jgpt.agent.tool.ToolSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Reads a page of a site that the policy allows, as text. Every address on the way is checked anew:
 * the policy holds for where a redirect leads, and no connection leaves the public internet.
 *
 * <p>Whoever wrote a page wants something: it is content, and nothing in it may name a target.
 */
public final class Fetch implements Tool {

  private static final int MOST_REDIRECTS = 5;

  private final FetchRules rules;
  private final OkHttpClient client;
  private final ToolSpec spec;

  /** Reads from the public internet. */
  public Fetch(FetchRules rules) {
    this(rules, PublicAddress::isPublic, new OkHttpClient.Builder());
  }

  /** For tests, whose servers are on this machine: {@code base} tells names and certificates. */
  Fetch(FetchRules rules, Predicate<InetAddress> reachable, OkHttpClient.Builder base) {
    this.rules = rules;
    this.client =
        base.socketFactory(new GuardedSockets(reachable))
            .proxy(Proxy.NO_PROXY) // it would connect in our place, unchecked
            .followRedirects(false)
            .followSslRedirects(false)
            .cookieJar(CookieJar.NO_COOKIES)
            .build();
    this.spec =
        new ToolSpec(
            "fetch",
            "Reads a page of the web: "
                + rules.sites().stream()
                    .map(FetchRules.Site::toString)
                    .collect(Collectors.joining(", ")),
            List.of(Parameter.required("url", Parameter.Kind.URL, "the whole address")),
            Effect.NETWORK);
  }

  @Override
  public ToolSpec spec() {
    return spec;
  }

  /** What is under way, for whoever stops it. */
  private static final class Visit {
    private final AtomicReference<Call> current = new AtomicReference<>();
    private volatile boolean stopped;

    private void begin(Call call) {
      current.set(call);
      if (stopped) {
        call.cancel();
      }
    }

    private void stop() {
      stopped = true;
      Optional.ofNullable(current.get()).ifPresent(Call::cancel);
    }
  }

  /** An interrupt does not reach who waits for the network: a thread of its own does that. */
  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    String address = arguments.text("url");
    var visit = new Visit();
    var task = new FutureTask<>(() -> page(address, visit));
    Thread.ofVirtual().name("jgpt-fetch").start(task);
    try {
      return ToolResult.of(task.get(rules.time().toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolException("stopped with the run", e);
    } catch (TimeoutException e) {
      throw new ToolException(address + " did not answer in time", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ToolException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      visit.stop();
      client.connectionPool().evictAll();
    }
  }

  private String page(String address, Visit visit) throws ToolException {
    HttpUrl url = HttpUrl.parse(address);
    String written = address;
    long end = System.nanoTime() + rules.time().toNanos();
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      check(url, written);
      Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
      Call call = call(url, left);
      visit.begin(call);
      try (Response response = call.execute()) {
        if (!response.isRedirect()) {
          return text(url, response);
        }
        written = "a redirect to " + response.header("Location", "nowhere");
        url = url.resolve(response.header("Location", ""));
      } catch (IOException e) {
        throw failure(url, e);
      }
    }
    throw new ToolException("more than " + MOST_REDIRECTS + " redirects from " + address);
  }

  private Call call(HttpUrl url, Duration time) {
    Request request =
        new Request.Builder()
            .url(url)
            .header("User-Agent", "jgpt")
            .header("Accept", "text/html, text/*;q=0.9, application/json;q=0.9, */*;q=0.1")
            .build();
    return client
        .newBuilder()
        .callTimeout(time)
        .connectTimeout(time)
        .readTimeout(time)
        .build()
        .newCall(request);
  }

  private void check(HttpUrl url, String written) throws ToolException {
    if (url == null) {
      throw new ToolException(written + " is no address of the web");
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      throw new ToolException(written + " has a user name, which is not sent");
    }
    if (!rules.allow(url.isHttps(), url.host(), url.port())) {
      throw new ToolException("the policy does not let fetch read " + written);
    }
  }

  private String text(HttpUrl url, Response response) throws IOException, ToolException {
    if (!response.isSuccessful()) {
      throw new ToolException(url + " answers " + response.code());
    }
    MediaType type = response.body().contentType();
    if (type == null || !isText(type)) {
      throw new ToolException(url + " is no text but " + (type == null ? "of no type" : type));
    }
    byte[] bytes;
    boolean cut;
    try (InputStream in = response.body().byteStream()) {
      bytes = in.readNBytes(rules.bytes());
      cut = bytes.length == rules.bytes() && in.read() >= 0;
    }
    Optional<Charset> encoding = Optional.ofNullable(type.charset());
    String text =
        type.subtype().contains("html")
            ? PageText.of(bytes, encoding)
            : PageText.plain(bytes, encoding);
    return (text.isEmpty() ? "(empty)" : text) + (cut ? " [cut]" : "");
  }

  private static boolean isText(MediaType type) {
    String subtype = type.subtype();
    return type.type().equals("text")
        || (type.type().equals("application") && subtype.matches("json|xml|xhtml|.*\\+(json|xml)"));
  }

  private static ToolException failure(HttpUrl url, IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof GuardedSockets.Refused) {
        return new ToolException(
            url.host() + " is at " + cause.getMessage() + ", which is not of the internet", e);
      }
    }
    return switch (e) {
      case UnknownHostException _ -> new ToolException("no host " + url.host(), e);
      case InterruptedIOException _ -> new ToolException(url + " did not answer in time", e);
      case SSLException _ -> new ToolException(url.host() + " cannot prove that it is it", e);
      default -> new ToolException(url.host() + ": " + e.getMessage(), e);
    };
  }
}
