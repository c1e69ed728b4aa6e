package io.jgpt.agent.plan;

import io.jgpt.sampling.TokenConstraint;
import java.util.Arrays;

/** Lets a model write what it likes, and stops it behind its first action or answer. */
final class EndOfAction implements TokenConstraint {

  private final ActionTokens tokens;
  private final int[] endOfText;
  private final long[] all;
  private boolean acts;
  private boolean complete;

  EndOfAction(ActionTokens tokens, int vocabulary, int[] endOfText) {
    this.tokens = tokens;
    this.endOfText = endOfText.clone();
    this.all = new long[(vocabulary + 63) >> 6];
    Arrays.fill(all, -1L);
  }

  @Override
  public long[] mask() {
    return all;
  }

  @Override
  public void accept(int id) {
    acts |= id == tokens.act() || id == tokens.finish();
    complete = (acts && id == tokens.end()) || Arrays.stream(endOfText).anyMatch(end -> end == id);
  }

  @Override
  public boolean isComplete() {
    return complete;
  }
}
