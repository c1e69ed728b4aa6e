package io.jgpt.tokenizer;

import io.jgpt.error.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;

/**
 * Reads JSON front to back. Hand-made because a vocabulary of 50,000 entries is read at every start
 * of a fresh JVM: here a token goes from the file's bytes to the table's without becoming a {@code
 * String} (docs/decisions/tokenizer.md has the figures).
 *
 * <p>The caller drives it: {@code beginObject}, then {@code hasNext} and {@code key} until there is
 * no next, and so on. Every error is a {@link ModelException} that names file and offset.
 */
final class JsonReader {

  /** Deepest nesting; tokenizer files need about six. */
  private static final int MAX_DEPTH = 64;

  private final Path file;
  private final byte[] json;
  private int at;
  private int depth;
  private final char[] closing = new char[MAX_DEPTH + 1];
  private boolean first;
  private byte[] text = new byte[64];

  JsonReader(Path file, byte[] json) {
    this.file = file;
    this.json = json;
    // a byte order mark, as some editors leave it
    boolean marked =
        json.length >= 3
            && json[0] == (byte) 0xEF
            && json[1] == (byte) 0xBB
            && json[2] == (byte) 0xBF;
    at = marked ? 3 : 0;
  }

  /** The number of bytes in all. */
  int length() {
    return json.length;
  }

  /** The place of the next value, for {@link #seek}. */
  int position() {
    return at;
  }

  /** Goes back to a place inside the object or array that is being read. */
  void seek(int position) {
    at = position;
  }

  /** The first character of the next value: one of <code>{ [ " t f n</code>, a digit or a minus. */
  char peek() {
    skipSpace();
    return at < json.length ? (char) json[at] : 0;
  }

  void beginObject() {
    begin('{', '}');
  }

  void beginArray() {
    begin('[', ']');
  }

  private void begin(char bracket, char close) {
    expect(bracket);
    if (depth == MAX_DEPTH) {
      throw damaged("nested more than " + MAX_DEPTH + " deep");
    }
    closing[++depth] = close;
    first = true;
  }

  /** True if another entry follows; reads past the bracket if not. */
  boolean hasNext() {
    if (peek() == closing[depth]) {
      at++;
      depth--;
      first = false;
      return false;
    }
    if (!first) {
      expect(',');
    }
    first = false;
    return true;
  }

  String key() {
    String key = string();
    expect(':');
    return key;
  }

  /** As {@link #key}, into {@link #text}; returns the number of bytes. */
  int keyBytes() {
    int n = stringBytes();
    expect(':');
    return n;
  }

  String string() {
    int n = stringBytes(); // first: it may replace the array
    return new String(text, 0, n, StandardCharsets.UTF_8);
  }

  /** The UTF-8 of the last string, valid until the next one is read. */
  byte[] text() {
    return text;
  }

  /** Reads a string into {@link #text}; returns the number of bytes. */
  int stringBytes() {
    expect('"');
    int n = 0;
    while (true) {
      if (at >= json.length) {
        throw damaged("a string does not end");
      }
      byte b = json[at++];
      if (b == '"') {
        return n;
      }
      if (n + 4 > text.length) {
        text = Arrays.copyOf(text, 2 * text.length);
      }
      if (b == '\\') {
        n = escape(n);
      } else if (b >= 0 && b < ' ') {
        throw damaged("a control character in a string");
      } else {
        text[n++] = b;
      }
    }
  }

  private int escape(int n) {
    char c = at < json.length ? (char) json[at++] : 0;
    int plain =
        switch (c) {
          case '"', '\\', '/' -> c;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> unicode();
          default -> throw damaged("an unknown escape in a string");
        };
    return Utf8.put(plain, text, n);
  }

  /** The code point of a \\uXXXX escape, or of two that are a surrogate pair. */
  private int unicode() {
    char c = hex4();
    if (!Character.isSurrogate(c)) {
      return c;
    }
    if (Character.isHighSurrogate(c)
        && at + 1 < json.length
        && json[at] == '\\'
        && json[at + 1] == 'u') {
      int back = at;
      at += 2;
      char low = hex4();
      if (Character.isLowSurrogate(low)) {
        return Character.toCodePoint(c, low);
      }
      at = back;
    }
    return Utf8.REPLACEMENT;
  }

  private char hex4() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < json.length ? Character.digit(json[at++], 16) : -1;
      if (digit < 0) {
        throw damaged("\\u without four hexadecimal digits");
      }
      value = 16 * value + digit;
    }
    return (char) value;
  }

  /** A whole number that fits an int. */
  int integer() {
    skipSpace();
    int start = at;
    boolean negative = at < json.length && json[at] == '-';
    if (negative) {
      at++;
    }
    long value = 0;
    int digits = at;
    while (at < json.length && json[at] >= '0' && json[at] <= '9' && at - digits < 11) {
      value = 10 * value + json[at++] - '0';
    }
    boolean ended = at == json.length || ",]} \n\r\t".indexOf(json[at]) >= 0;
    if (at == digits || !ended || value > Integer.MAX_VALUE) {
      at = start;
      throw damaged("a whole number expected");
    }
    return (int) (negative ? -value : value);
  }

  /** Reads any value. */
  Json value() {
    char c = peek();
    return switch (c) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new Json.Text(string());
      case 't' -> word("true", Json.Flag.TRUE);
      case 'f' -> word("false", Json.Flag.FALSE);
      case 'n' -> word("null", Json.Nothing.NULL);
      default -> number();
    };
  }

  /** Reads past any value. */
  void skip() {
    char c = peek();
    if (c == '{') {
      beginObject();
      while (hasNext()) {
        keyBytes();
        skip();
      }
    } else if (c == '[') {
      beginArray();
      while (hasNext()) {
        skip();
      }
    } else if (c == '"') {
      stringBytes();
    } else {
      value();
    }
  }

  /** Checks that nothing follows. */
  void end() {
    if (peek() != 0 || at < json.length) {
      throw damaged("text after the end");
    }
  }

  private Json object() {
    var entries = new LinkedHashMap<String, Json>();
    beginObject();
    while (hasNext()) {
      String key = key();
      entries.put(key, value());
    }
    return new Json.Table(file, entries);
  }

  private Json array() {
    var entries = new ArrayList<Json>();
    beginArray();
    while (hasNext()) {
      entries.add(value());
    }
    return new Json.Sequence(entries);
  }

  private Json word(String word, Json value) {
    for (int i = 0; i < word.length(); i++) {
      if (at >= json.length || json[at] != word.charAt(i)) {
        throw damaged("a value expected");
      }
      at++;
    }
    return value;
  }

  private Json number() {
    int start = at;
    while (at < json.length && "+-.0123456789eE".indexOf(json[at]) >= 0) {
      at++;
    }
    try {
      String digits = new String(json, start, at - start, StandardCharsets.ISO_8859_1);
      return new Json.Numeral(Double.parseDouble(digits));
    } catch (NumberFormatException e) {
      at = start;
      throw damaged("a value expected");
    }
  }

  private void expect(char c) {
    if (peek() != c || at >= json.length) {
      throw damaged("'" + c + "' expected");
    }
    at++;
  }

  private void skipSpace() {
    while (at < json.length
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
  }

  private ModelException damaged(String what) {
    return new ModelException("tokenizer.badJson", file, what, at);
  }
}
