package io.jgpt.agent;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** The scopes to which the user said "always". */
public interface Grants {

  /** Whether the user did. */
  boolean covers(Scope scope);

  /** The user does; when this returns, it is stored. */
  void add(Scope scope) throws IOException;

  /** Grants that end with the process; for one thread. */
  static Grants inMemory() {
    Set<Scope> scopes = new HashSet<>();
    return new Grants() {
      @Override
      public boolean covers(Scope scope) {
        return scopes.contains(scope);
      }

      @Override
      public void add(Scope scope) {
        scopes.add(scope);
      }
    };
  }
}
