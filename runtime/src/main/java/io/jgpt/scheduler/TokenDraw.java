package io.jgpt.scheduler;

import io.jgpt.engine.Batch;
import io.jgpt.engine.KvSequence;
import io.jgpt.sampling.Candidates;
import io.jgpt.sampling.TokenSampler;

/**
 * Where the tokens of a completion are drawn: here from a row of logits, or by the engine. The same
 * tokens either way.
 */
sealed interface TokenDraw permits EngineDraw, HostDraw {

  /**
   * What all completions of a scheduler share.
   *
   * @param byEngine whether the engine can draw
   * @param scratch of the scheduler's thread
   */
  record Kinds(boolean byEngine, int vocabSize, Candidates scratch) {

    /** By the engine where nobody else needs the logits. */
    TokenDraw of(TokenSampler sampler, boolean wantsLogits) {
      return byEngine && !wantsLogits
          ? new EngineDraw(sampler, vocabSize)
          : new HostDraw(sampler, scratch, vocabSize);
    }
  }

  /** Adds a slot that appends {@code tokens[from .. from + count)} and asks for the next token. */
  void join(Batch batch, KvSequence sequence, int[] tokens, int from, int count);

  /** The token, once the step is done. */
  int token();

  /** [V], the row it was drawn from; empty if only the engine has seen it. */
  float[] logits();
}
