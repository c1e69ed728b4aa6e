package io.jgpt.agent.plan;

import io.jgpt.agent.tool.Parameter;
import io.jgpt.sampling.grammar.GrammarCompiler;
import io.jgpt.sampling.grammar.GrammarConstraint;
import io.jgpt.sampling.grammar.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whether an argument may be written under the grammar that the model will write under. */
public final class Offers {

  /** A token for each byte. */
  private record Bytes() implements Vocabulary {
    @Override
    public int size() {
      return 256;
    }

    @Override
    public int contexts() {
      return 1;
    }

    @Override
    public byte[] bytes(int id, int context) {
      return new byte[] {(byte) id};
    }

    @Override
    public int contextAfter(int id, int context) {
      return 0;
    }

    @Override
    public int[] endOfText() {
      return new int[0];
    }
  }

  private final GrammarCompiler compiler = new GrammarCompiler(new Bytes());

  /**
   * Whether a value can be copied; also where its kind is not copied.
   *
   * @param sources the goal, then what tools said themselves
   */
  public boolean contain(List<String> sources, Parameter.Kind kind, String value) {
    if (!Sources.areCopied(kind)) {
      return true;
    }
    var texts = new Sources(sources);
    if (texts.shortest(kind).isEmpty()) {
      return false;
    }
    GrammarConstraint writing = compiler.compile(texts.grammar(kind)).get();
    writing.begin(kind.longest());
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      int id = b & 0xFF;
      if ((writing.mask()[id >> 6] >>> id & 1) == 0) {
        return false;
      }
      writing.accept(id);
    }
    return writing.mayEnd();
  }
}
