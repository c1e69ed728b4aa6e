package io.jgpt.agent.mcp;

import io.jgpt.agent.program.Child;
import io.jgpt.agent.program.Surroundings;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Messages to and from a server, one JSON text a line in UTF-8. The SDK's own pipe hands jgpt's
 * whole environment to the server, ends that one process and waits for it; this one starts a {@link
 * Child}, and tells when it ends.
 */
final class ServerPipe implements McpClientTransport {

  private static final int LONGEST_MESSAGE = 4 << 20;
  private static final int LAST_WORDS = 400;
  private static final long FAREWELL_MS = 1000;

  private final Child child;
  private final McpJsonMapper mapper;
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final StringBuilder lastWords = new StringBuilder();
  private final CountDownLatch saidAll = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Writing blocks when the server does not read. */
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("jgpt-mcp-writer").factory());

  private ServerPipe(Child child, McpJsonMapper mapper) {
    this.child = child;
    this.mapper = mapper;
  }

  /**
   * Starts a server, away from the workspace: what lies there must not be taken for its settings.
   */
  static ServerPipe start(ServerRules rules, Surroundings surroundings, McpJsonMapper mapper)
      throws IOException {
    Child child =
        Child.start(
            rules.command(), surroundings, rules.environment(), Path.of("/"), Child.Streams.ALL);
    return new ServerPipe(child, mapper);
  }

  /** Why there will be no more messages, once there will be none. */
  CompletableFuture<String> ended() {
    return ended;
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return Mono.fromRunnable(
        () -> {
          thread("jgpt-mcp-errors", this::listen);
          thread("jgpt-mcp-reader", () -> read(handler));
        });
  }

  private static void thread(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  private void read(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    try (InputStream in = new BufferedInputStream(child.process().getInputStream())) {
      for (String line = line(in); line != null; line = line(in)) {
        JSONRPCMessage message = McpSchema.deserializeJsonRpcMessage(mapper, line);
        Mono.just(message).transform(handler).subscribe();
      }
      hasEnded();
    } catch (IOException | RuntimeException e) {
      ended.complete("it writes what is no message");
    }
  }

  /** Tells of its end with its last words, which come through another pipe, and perhaps later. */
  private void hasEnded() {
    try {
      saidAll.await(FAREWELL_MS, TimeUnit.MILLISECONDS); // what it started may keep that open
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ended.complete("it has ended");
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (bytes.size() == LONGEST_MESSAGE) {
        throw new IOException("more than " + LONGEST_MESSAGE + " bytes");
      }
      bytes.write(b);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void listen() {
    try (InputStream in = child.process().getErrorStream()) {
      byte[] chunk = new byte[1024];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        synchronized (lastWords) {
          lastWords.append(new String(chunk, 0, n, StandardCharsets.UTF_8));
          lastWords.delete(0, Math.max(0, lastWords.length() - LAST_WORDS));
        }
      }
    } catch (IOException e) {
      return; // the server has been ended
    } finally {
      saidAll.countDown();
    }
  }

  /** The last line that the server wrote about itself; may be empty. */
  String lastWords() {
    synchronized (lastWords) {
      return lastWords.toString().strip().lines().reduce("", (before, line) -> line);
    }
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.fromRunnable(() -> writer.execute(() -> write(message)));
  }

  private void write(JSONRPCMessage message) {
    try {
      byte[] text = mapper.writeValueAsBytes(message);
      OutputStream out = child.process().getOutputStream();
      out.write(text);
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      isNotHeard();
    }
  }

  /** A server that has ended does not listen either, and its end says more. */
  private void isNotHeard() {
    try {
      if (child.process().waitFor(FAREWELL_MS, TimeUnit.MILLISECONDS)) {
        hasEnded();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ended.complete("it does not listen");
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return mapper.convertValue(data, type);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(this::close);
  }

  /** Lets the server end by itself when nobody talks to it any more, and ends it if it does not. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try (child) {
      writer.execute(this::hangUp);
      writer.shutdown();
      if (!child.process().waitFor(FAREWELL_MS, TimeUnit.MILLISECONDS)) {
        writer.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hangUp() {
    try {
      child.process().getOutputStream().close();
    } catch (IOException e) {
      ended.complete("it does not listen");
    }
  }
}
