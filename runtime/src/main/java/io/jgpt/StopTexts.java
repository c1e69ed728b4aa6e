package io.jgpt;

import java.util.List;

/**
 * Looks for texts that end a completion while it comes in pieces, and holds back what may be the
 * beginning of one. The text ends where it would end if it came character by character, however it
 * is cut. Not safe for use by several threads.
 */
final class StopTexts {

  private final List<String> stops;
  private final StringBuilder pending = new StringBuilder();
  private boolean found;

  StopTexts(List<String> stops) {
    this.stops = stops;
  }

  /** Adds a piece; returns the text that is now certain to come before any stop text. */
  String push(String piece) {
    if (stops.isEmpty()) {
      return piece;
    }
    if (found || piece.isEmpty()) {
      return "";
    }
    pending.append(piece);
    int first = firstStop();
    found = first >= 0;
    return take(found ? first : pending.length() - held());
  }

  /** Ends the text; returns what was held back. */
  String finish() {
    return found ? "" : take(pending.length());
  }

  /** True once a stop text has come: nothing follows. */
  boolean found() {
    return found;
  }

  private String take(int length) {
    String text = pending.substring(0, length);
    pending.delete(0, length);
    return text;
  }

  /** Where the stop text begins that is complete first, of several the longest; -1 if none is. */
  private int firstStop() {
    int first = -1;
    int firstEnd = Integer.MAX_VALUE;
    for (String stop : stops) {
      int at = pending.indexOf(stop);
      int end = at + stop.length();
      if (at >= 0 && (end < firstEnd || (end == firstEnd && at < first))) {
        first = at;
        firstEnd = end;
      }
    }
    return first;
  }

  /** Length of the longest end of the text that begins a stop text. */
  private int held() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, pending.length()); length > longest; length--) {
        if (endsWith(stop, length)) {
          longest = length;
        }
      }
    }
    return longest;
  }

  private boolean endsWith(String stop, int length) {
    int from = pending.length() - length;
    for (int i = 0; i < length; i++) {
      if (pending.charAt(from + i) != stop.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
