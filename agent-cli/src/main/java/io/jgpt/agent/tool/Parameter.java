package io.jgpt.agent.tool;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One argument of a tool.
 *
 * @param name letters, digits, underscores and hyphens
 * @param kind what it holds, which decides where a model may take it from
 * @param description a few words in English
 * @param required whether a call without it is malformed
 */
public record Parameter(String name, Kind kind, String description, boolean required) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  /** Checks the name. */
  public Parameter {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("parameter name: " + name);
    }
    Objects.requireNonNull(kind);
    Objects.requireNonNull(description);
  }

  /** A parameter that every call has. */
  public static Parameter required(String name, Kind kind, String description) {
    return new Parameter(name, kind, description, true);
  }

  /** A parameter that a call may leave out. */
  public static Parameter optional(String name, Kind kind, String description) {
    return new Parameter(name, kind, description, false);
  }

  /** What a parameter holds. */
  public enum Kind {
    /** A file or folder of the workspace. */
    PATH(true, 1024),
    /** A decimal number. */
    NUMBER(true, 100),
    /** Arithmetic: {@code 17*23}, {@code 15% of 80}. */
    EXPRESSION(true, 500),
    /** The name of a unit, as written: {@code km}, {@code miles}, {@code 公里}. */
    UNIT(true, 40),
    /** What to write or to say; the only kind that may have several lines. */
    TEXT(false, 20_000),
    /** What to look for. */
    QUERY(false, 200),
    /** What to ask the user. */
    QUESTION(false, 500),
    /** A day, absolute or relative: {@code 2026-05-01}, {@code tomorrow}, {@code 3天后}. */
    DATE(false, 60),
    /** A short free name. */
    LABEL(false, 100),
    /** A program with its arguments. */
    COMMAND(true, 1000),
    /** An address of the web. */
    URL(true, 2000),
    /** Something that a server of somebody else is told: it may name anything. */
    VALUE(true, 4000),
    /** One of a few words that a tool knows. */
    CHOICE(false, 100);

    private final boolean span;
    private final int longest;

    Kind(boolean span, int longest) {
      this.span = span;
      this.longest = longest;
    }

    /**
     * Whether a value must be copied, as it stands, from the goal or from a typed observation,
     * never from the content of a file: this is what keeps a file from naming a target.
     */
    public boolean isSpan() {
      return span;
    }

    /**
     * Whether an approval that is to hold for later calls holds for this value alone: whatever
     * names a target, and whatever says how a tool acts on it.
     */
    public boolean narrowsScope() {
      return span || this == CHOICE;
    }

    /**
     * Whether the tools here can read a value of this kind, whatever comes of it: {@code 1/0} is an
     * expression, {@code No hurry.} is none. Always, where a kind has no form of its own.
     */
    public boolean accepts(String value) {
      return form().fits(value);
    }

    /**
     * A bound of the values that a text begins with: none of those that are accepted has more than
     * so many UTF-16 units. 0 where there is none, so that most of a text need not be tried.
     */
    public int reach(String text) {
      return Math.min(longest, form().reach(text));
    }

    private Form form() {
      return switch (this) {
        case NUMBER -> Decimal.FORM;
        case EXPRESSION -> Arithmetic.FORM;
        case UNIT -> Units.KNOWN;
        case DATE -> TellDate.FORM;
        case PATH, TEXT, QUERY, QUESTION, LABEL, COMMAND, URL, VALUE, CHOICE -> Form.ANY;
      };
    }

    /** Longest value accepted, in UTF-16 units. */
    public int longest() {
      return longest;
    }
  }
}
