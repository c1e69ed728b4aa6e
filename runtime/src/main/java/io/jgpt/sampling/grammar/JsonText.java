package io.jgpt.sampling.grammar;

import static io.jgpt.sampling.grammar.Grammar.anyOf;
import static io.jgpt.sampling.grammar.Grammar.choice;
import static io.jgpt.sampling.grammar.Grammar.literal;
import static io.jgpt.sampling.grammar.Grammar.sequence;

import java.util.ArrayList;
import java.util.List;

/**
 * Texts as they stand in JSON strings: quotes, backslashes and control characters escaped, each in
 * one way only, so that a text has one spelling.
 */
final class JsonText {

  private static final String ESCAPED = "\"\\\b\f\n\r\t";
  private static final String LETTERS = "\"\\bfnrt";

  private static final CodePoints PLAIN =
      CodePoints.ALL.minus(CodePoints.range(0, 0x1F)).minus(CodePoints.of(ESCAPED));

  /** Of a string without a pattern: what can be shown, and the ends of lines. */
  private static final CodePoints USUAL = CodePoints.PRINTABLE.plus(CodePoints.of("\n\r\t"));

  private JsonText() {}

  /** A string of so many characters, without quotation marks. */
  static Grammar usual(int min, int max) {
    return Grammar.repeat(character(USUAL), min, max);
  }

  /** A string of so many characters of any kind, without quotation marks. */
  static Grammar ofLength(int min, int max) {
    return Grammar.repeat(character(CodePoints.ALL), min, max);
  }

  /** The string with this text, with quotation marks. */
  static Grammar quoted(String text) {
    return quoted(escaped(literal(text)));
  }

  static Grammar quoted(Grammar content) {
    return sequence(literal("\""), content, literal("\""));
  }

  /** What a grammar of texts becomes inside a string; it has neither spans nor special tokens. */
  static Grammar escaped(Grammar text) {
    return switch (text) {
      case Grammar.Literal(String characters) -> {
        List<Grammar> parts = new ArrayList<>();
        characters.codePoints().forEach(c -> parts.add(character(CodePoints.range(c, c))));
        yield new Grammar.Sequence(parts);
      }
      case Grammar.AnyOf(CodePoints set) -> character(set);
      case Grammar.Sequence(List<Grammar> parts) ->
          new Grammar.Sequence(parts.stream().map(JsonText::escaped).toList());
      case Grammar.Choice(List<Grammar> alternatives) ->
          new Grammar.Choice(alternatives.stream().map(JsonText::escaped).toList());
      case Grammar.Repeat(Grammar what, int min, int max) ->
          new Grammar.Repeat(escaped(what), min, max);
      default -> throw new IllegalArgumentException("no text: " + text);
    };
  }

  private static Grammar character(CodePoints set) {
    List<Grammar> spellings = new ArrayList<>();
    CodePoints plain =
        CodePoints.ALL.minus(CodePoints.ALL.minus(set)).minus(CodePoints.ALL.minus(PLAIN));
    if (!plain.isEmpty()) {
      spellings.add(anyOf(plain));
    }
    var letters = new StringBuilder();
    for (int i = 0; i < ESCAPED.length(); i++) {
      if (set.contains(ESCAPED.charAt(i))) {
        letters.append(LETTERS.charAt(i));
      }
    }
    if (!letters.isEmpty()) {
      spellings.add(sequence(literal("\\"), anyOf(CodePoints.of(letters.toString()))));
    }
    for (int c = 0; c < 0x20; c++) {
      if (set.contains(c) && ESCAPED.indexOf(c) < 0) {
        spellings.add(literal(String.format("\\u%04x", c)));
      }
    }
    return spellings.size() == 1 ? spellings.getFirst() : choice(spellings.toArray(Grammar[]::new));
  }
}
