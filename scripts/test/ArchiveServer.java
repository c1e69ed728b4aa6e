import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Executors;

/**
 * Serves a folder for the launcher's fetch tests, well and badly: {@code /good/} as it is, {@code
 * /cut/} breaks the connection half-way through an archive, {@code /slow/} never ends one. Writes
 * its port to the file given second.
 */
final class ArchiveServer {
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          String[] path = exchange.getRequestURI().getPath().split("/", 3);
          Path file = folder.resolve(path[2]);
          boolean archive = path[2].endsWith(".gz");
          if (!Files.isRegularFile(file)) {
            exchange.sendResponseHeaders(404, -1);
          } else {
            byte[] bytes = Files.readAllBytes(file);
            exchange.sendResponseHeaders(200, bytes.length);
            var body = exchange.getResponseBody();
            if (archive && !path[1].equals("good")) {
              body.write(Arrays.copyOf(bytes, bytes.length / 2));
              body.flush();
              if (path[1].equals("slow")) {
                sleep();
              }
            } else {
              body.write(bytes);
              body.flush();
            }
          }
          exchange.close();
        });
    server.start();
    Path port = Path.of(args[1]);
    Path aside = port.resolveSibling("port.new");
    Files.writeString(aside, Integer.toString(server.getAddress().getPort()));
    Files.move(aside, port);
  }

  private static void sleep() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
