package io.jgpt.agent.log;

import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.mcp.Descriptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Accepted descriptions that outlive the process. For one thread; the caller closes it. */
public final class StoredDescriptions implements Descriptions, AutoCloseable {

  /** Its name in the state directory. */
  public static final String FILE = "descriptions.jsonl";

  /**
   * A description that was accepted.
   *
   * @param fingerprint of what the server said the tool does
   */
  public record Accepted(String server, String tool, String fingerprint) {}

  private record Key(String server, String tool) {}

  private final ChainedFile chain;
  private final Map<Key, String> fingerprints;

  private StoredDescriptions(ChainedFile chain, Map<Key, String> fingerprints) {
    this.chain = chain;
    this.fingerprints = fingerprints;
  }

  /**
   * The descriptions of a state directory.
   *
   * @throws TamperedException if they are not as they were written
   */
  public static StoredDescriptions open(Path state, Keys keys)
      throws IOException, TamperedException {
    Path file = state.resolve(FILE);
    if (!Files.exists(file)) {
      if (Files.exists(ChainedFile.headOf(file))) {
        throw new TamperedException(file, 1);
      }
      return new StoredDescriptions(ChainedFile.create(file, keys), new HashMap<>());
    }
    ChainedFile chain = ChainedFile.open(file, keys);
    Map<Key, String> fingerprints = new HashMap<>();
    int line = 1;
    try {
      for (JsonValue.Members body : chain.bodies()) {
        var key = new Key(body.text("server"), body.text("tool"));
        fingerprints.put(key, body.text("fingerprint"));
        line++;
      }
    } catch (JsonException e) {
      chain.close();
      var tampered = new TamperedException(file, line);
      tampered.initCause(e);
      throw tampered;
    }
    return new StoredDescriptions(chain, fingerprints);
  }

  /** All that hold. */
  public List<Accepted> all() {
    return fingerprints.entrySet().stream()
        .map(e -> new Accepted(e.getKey().server(), e.getKey().tool(), e.getValue()))
        .sorted(Comparator.comparing(Accepted::server).thenComparing(Accepted::tool))
        .toList();
  }

  @Override
  public Optional<String> accepted(String server, String tool) {
    return Optional.ofNullable(fingerprints.get(new Key(server, tool)));
  }

  @Override
  public void accept(String server, String tool, String fingerprint) throws IOException {
    chain.append(
        JsonValue.Members.builder()
            .put("server", server)
            .put("tool", tool)
            .put("fingerprint", fingerprint)
            .build());
    fingerprints.put(new Key(server, tool), fingerprint);
  }

  @Override
  public void close() throws IOException {
    chain.close();
  }
}
