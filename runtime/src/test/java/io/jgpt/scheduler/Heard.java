package io.jgpt.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Remembers what a completion says. */
final class Heard implements CompletionListener {

  private final CompletableFuture<Ending> end = new CompletableFuture<>();
  private final List<Integer> ids = new ArrayList<>();
  private Runnable onStart = () -> {};
  private Runnable onToken = () -> {};
  private int reused = -1;
  private float[] lastLogits = {};

  Heard onStart(Runnable action) {
    onStart = action;
    return this;
  }

  Heard onToken(Runnable action) {
    onToken = action;
    return this;
  }

  @Override
  public void started(int reused) {
    this.reused = reused;
    onStart.run();
  }

  @Override
  public boolean token(int id, float[] logits, boolean last) {
    ids.add(id);
    lastLogits = logits.clone();
    onToken.run();
    return true;
  }

  @Override
  public void ended(Ending ending) {
    end.complete(ending);
  }

  @Override
  public void failed(RuntimeException reason) {
    end.completeExceptionally(reason);
  }

  /** Waits for the end; throws what made the completion fail. */
  int[] ids() throws Exception {
    end.get();
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  Ending ending() throws Exception {
    return end.get();
  }

  int reused() {
    return reused;
  }

  float[] lastLogits() {
    return lastLogits;
  }
}
