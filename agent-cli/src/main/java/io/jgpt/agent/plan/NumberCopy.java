package io.jgpt.agent.plan;

/**
 * Follows a text that is being written and keeps its longer numbers to {@link KnownNumbers}. Works
 * on bytes of UTF-8, of which a token may hold any; for one text, and one thread.
 */
final class NumberCopy {

  private final KnownNumbers known;

  /** Digits of the number that the text ends with, 0 if it does not end with one. */
  private int digits;

  /** How far that number is known; null if it is not. */
  private KnownNumbers.Node node;

  /** Whether a point follows those digits: the number may go on behind it, or the sentence ends. */
  private boolean point;

  /** Whether the number may end before that point. */
  private boolean couldEnd;

  NumberCopy(KnownNumbers known) {
    this.known = known;
  }

  private NumberCopy(NumberCopy from) {
    known = from.known;
    digits = from.digits;
    node = from.node;
    point = from.point;
    couldEnd = from.couldEnd;
  }

  /** Whether the text may end here, or go on with anything that is neither a digit nor a point. */
  boolean mayEnd() {
    return point ? couldEnd : digits <= KnownNumbers.FREE_DIGITS || (node != null && node.isEnd());
  }

  /**
   * Whether these bytes may come next.
   *
   * @param left tokens that there will be room for behind them
   */
  boolean allows(byte[] bytes, int left) {
    NumberCopy after = new NumberCopy(this);
    for (byte b : bytes) {
      if (!after.step(b)) {
        return false;
      }
    }
    return after.mayEnd() || (after.node != null && after.node.missing() <= left);
  }

  /** Moves on by bytes that are allowed. */
  void accept(byte[] bytes) {
    for (byte b : bytes) {
      step(b);
    }
  }

  private boolean step(byte b) {
    if (b >= '0' && b <= '9') {
      node = digits == 0 ? known.root().after(b) : node == null ? null : node.after(b);
      digits++;
      point = false;
      return digits <= KnownNumbers.FREE_DIGITS || node != null;
    }
    if (b == '.' && digits > 0 && !point) {
      couldEnd = mayEnd();
      node = node == null ? null : node.after(b);
      point = true;
      return couldEnd || node != null;
    }
    boolean mayEnd = mayEnd();
    digits = 0;
    node = null;
    point = false;
    return mayEnd;
  }
}
