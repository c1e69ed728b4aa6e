package io.jgpt.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An OpenAI-compatible endpoint on this machine: it keeps what it is told, and says hi. */
final class ChatEndpoint implements AutoCloseable {

  private static final byte[] HI =
      "{\"choices\":[{\"message\":{\"content\":\"hi\"}}]}".getBytes(StandardCharsets.UTF_8);

  /** What the requests say, one after the other. */
  final List<String> bodies = new CopyOnWriteArrayList<>();

  /** The header of that name of each; {@code null} as a text where there is none. */
  final List<String> authorizations = new CopyOnWriteArrayList<>();

  private final HttpServer server;

  ChatEndpoint() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    exchange.sendResponseHeaders(200, HI.length);
    exchange.getResponseBody().write(HI);
    exchange.close();
  }

  /** What {@code OPENAI_BASE_URL} is to be. */
  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
