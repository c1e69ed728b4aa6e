package io.jgpt.agent.plan;

import java.util.List;

/**
 * The numbers that a planner has read. What it writes may have short numbers of its own (a list has
 * a first and a second entry), but one of three digits or more is one of these: a small model
 * copies digit by digit, and one wrong digit is a wrong result that nobody notices.
 *
 * <p>A number is digits, with single points between them: a comma parts two numbers, so that
 * thousands may be written either way. Of more than two parts (a date, a version) the first ones
 * are numbers too. Immutable.
 */
final class KnownNumbers {

  /** Digits of a number that need not be known. */
  static final int FREE_DIGITS = 2;

  private static final int POINT = 10;

  /** Where one is in a number that is known so far. */
  static final class Node {
    private final Node[] next = new Node[POINT + 1];
    private boolean isEnd;
    private int missing = Integer.MAX_VALUE;

    /** What follows; null if no known number goes on like this. */
    Node after(byte digitOrPoint) {
      return next[index(digitOrPoint)];
    }

    /** Whether a number ends here. */
    boolean isEnd() {
      return isEnd;
    }

    /** Digits and points that complete the nearest number, 0 at an end. */
    int missing() {
      return missing;
    }
  }

  private final Node root = new Node();

  /**
   * @param texts that were read
   */
  KnownNumbers(List<String> texts) {
    for (String text : texts) {
      for (int end, begin = 0; begin < text.length(); begin = end) {
        end = endOfNumber(text, begin);
        if (end > begin) {
          add(text.substring(begin, end));
        } else {
          end++;
        }
      }
    }
  }

  /** The end of the number that begins there, or that place itself. */
  private static int endOfNumber(String text, int begin) {
    int end = begin;
    while (end < text.length()
        && (isDigit(text, end)
            || (text.charAt(end) == '.' && end > begin && isDigit(text, end - 1)))) {
      end++;
    }
    return end > begin && text.charAt(end - 1) == '.' ? end - 1 : end;
  }

  private static boolean isDigit(String text, int at) {
    return text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private void add(String number) {
    boolean inParts = number.indexOf('.') != number.lastIndexOf('.');
    Node[] path = new Node[number.length()];
    Node node = root;
    for (int i = 0; i < path.length; i++) {
      int index = index((byte) number.charAt(i));
      if (node.next[index] == null) {
        node.next[index] = new Node();
      }
      node = node.next[index];
      path[i] = node;
    }
    int missing = 0;
    for (int i = path.length - 1; i >= 0; i--, missing++) {
      boolean isPart = inParts && i + 1 < path.length && number.charAt(i + 1) == '.';
      if (isPart || i == path.length - 1) {
        path[i].isEnd = true;
        missing = 0;
      }
      path[i].missing = Math.min(path[i].missing, missing);
    }
  }

  /** Where every number begins. */
  Node root() {
    return root;
  }

  private static int index(byte digitOrPoint) {
    return digitOrPoint == '.' ? POINT : digitOrPoint - '0';
  }
}
