package io.jgpt.agent.log;

import io.jgpt.agent.Grants;
import io.jgpt.agent.Scope;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Grants that outlive the process. For one thread; the caller closes it. */
public final class StoredGrants implements Grants, AutoCloseable {

  /** The file in the state directory. */
  public static final String FILE = "grants.jsonl";

  private final ChainedFile chain;
  private final SequencedSet<Scope> scopes;

  private StoredGrants(ChainedFile chain, SequencedSet<Scope> scopes) {
    this.chain = chain;
    this.scopes = scopes;
  }

  /**
   * The grants of a state directory.
   *
   * @throws TamperedException if they are not as they were written
   */
  public static StoredGrants open(Path state, Keys keys) throws IOException, TamperedException {
    Path file = state.resolve(FILE);
    if (!Files.exists(file)) {
      if (Files.exists(ChainedFile.headOf(file))) {
        throw new TamperedException(file, 1);
      }
      return new StoredGrants(ChainedFile.create(file, keys), new LinkedHashSet<>());
    }
    ChainedFile chain = ChainedFile.open(file, keys);
    SequencedSet<Scope> scopes = new LinkedHashSet<>();
    try {
      for (JsonValue.Members body : chain.bodies()) {
        scopes.add(
            new Scope(body.text("workspace"), body.text("tool"), body.object("target").texts()));
      }
    } catch (JsonException e) {
      chain.close();
      var tampered = new TamperedException(file, scopes.size() + 1);
      tampered.initCause(e);
      throw tampered;
    }
    return new StoredGrants(chain, scopes);
  }

  @Override
  public boolean covers(Scope scope) {
    return scopes.contains(scope);
  }

  /** All of them, oldest first. */
  public List<Scope> scopes() {
    return List.copyOf(scopes);
  }

  @Override
  public void add(Scope scope) throws IOException {
    if (scopes.contains(scope)) {
      return;
    }
    chain.append(
        JsonValue.Members.builder()
            .put("workspace", scope.workspace())
            .put("tool", scope.tool())
            .put("target", JsonValue.Members.of(scope.target()))
            .build());
    scopes.add(scope);
  }

  @Override
  public void close() throws IOException {
    chain.close();
  }
}
