package io.jgpt.tokenizer;

/**
 * Keeps an emoji back until no further code point can join it: ZWJ sequences, skin tones, variation
 * selectors, tags and flags (Unicode's grapheme rules GB9 to GB13, for clusters that begin with an
 * emoji). Everything else passes at once.
 */
final class EmojiHold implements CodePointSink {

  /** Longest cluster kept back, in chars; far longer than any emoji that a font can show. */
  private static final int LIMIT = 256;

  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private enum State {
    EMPTY,
    EMOJI,
    /** An emoji and a joiner: another emoji joins. */
    JOINER,
    /** One half of a flag. */
    HALF_FLAG,
    FLAG
  }

  private final StringBuilder out;
  private final StringBuilder held = new StringBuilder();
  private State state = State.EMPTY;

  /** What is certain goes to {@code out}. */
  EmojiHold(StringBuilder out) {
    this.out = out;
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /** True if the code point begins a cluster that is kept back. */
  static boolean begins(int codePoint) {
    return codePoint >= 0xA9
        && (Character.isExtendedPictographic(codePoint) || isRegionalIndicator(codePoint));
  }

  @Override
  public void accept(int codePoint) {
    if (state != State.EMPTY) {
      State joined = joined(codePoint);
      if (joined != State.EMPTY && held.length() < LIMIT) {
        held.appendCodePoint(codePoint);
        state = joined;
        return;
      }
      release();
    }
    if (begins(codePoint)) {
      held.appendCodePoint(codePoint);
      state = isRegionalIndicator(codePoint) ? State.HALF_FLAG : State.EMOJI;
    } else {
      out.appendCodePoint(codePoint);
    }
  }

  /** Ends the text: what is kept back is certain. */
  void release() {
    out.append(held);
    held.setLength(0);
    state = State.EMPTY;
  }

  /** The state after {@code codePoint} has joined the cluster, EMPTY if it does not. */
  private State joined(int codePoint) {
    if (codePoint == ZERO_WIDTH_JOINER) {
      return State.JOINER;
    }
    if (extendsCluster(codePoint)) {
      return state == State.HALF_FLAG ? State.FLAG : state == State.FLAG ? state : State.EMOJI;
    }
    if (state == State.JOINER && Character.isExtendedPictographic(codePoint)) {
      return State.EMOJI;
    }
    return state == State.HALF_FLAG && isRegionalIndicator(codePoint) ? State.FLAG : State.EMPTY;
  }

  private static boolean isRegionalIndicator(int codePoint) {
    return codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF;
  }

  /** Marks, skin tones, variation selectors, tags. */
  private static boolean extendsCluster(int codePoint) {
    return switch ((byte) Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
          true;
      case Character.MODIFIER_SYMBOL -> codePoint >= 0x1F3FB && codePoint <= 0x1F3FF;
      case Character.FORMAT -> codePoint >= 0xE0020 && codePoint <= 0xE007F;
      default -> false;
    };
  }
}
