package io.jgpt.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Damages files as faults and attackers do. The same seed damages the same files in the same way.
 */
public final class Mutator {

  private static final Pattern JSON_TOKEN =
      Pattern.compile(
          "\"(?:[^\"\\\\]|\\\\.)*+\"|-?[0-9][0-9.eE+-]*+|true|false|null|[\\[\\]{}:,]|\\s++|.",
          Pattern.DOTALL);

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "1",
          "-0",
          "0.5",
          "1e999",
          "-1e999",
          "1e-999",
          "2147483647",
          "2147483648",
          "-2147483649",
          "4294967295",
          "4294967296",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "-9223372036854775808",
          "NaN",
          "Infinity",
          "0x10",
          "01",
          "1.",
          "9".repeat(99),
          "9".repeat(101),
          "1" + "0".repeat(5000),
          "1e2147483648");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "\"\"",
          "\"x\"",
          "[]",
          "{}",
          "[[]]",
          "[0]",
          "{\"a\":0}",
          "-",
          "",
          "'x'",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"a\\nb\"",
          "\"\\u001b[2J\"",
          "\"../x\"",
          "\"/x\"",
          "/* */",
          "// x\n",
          "\u0000",
          "\ufeff",
          "\u202e",
          "[".repeat(40),
          "[".repeat(3000),
          "{\"a\":".repeat(3000),
          "\"" + "x".repeat(5000) + "\"",
          "\"\u4e2d\ud83d\ude00\"",
          "\"F32\"",
          "\"I64\"",
          "\"\\ud83d\"");

  private final SplittableRandom random;

  public Mutator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** An integer from 0 to {@code bound - 1}, for choices that the test itself makes. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /**
   * How many rounds to run where {@code usual} are enough: more in {@code scripts/check --soak}.
   */
  public static int rounds(int usual) {
    return usual * Integer.getInteger("jgpt.soak", 1);
  }

  /** A copy of a binary file with one to three places damaged. */
  public byte[] bytes(byte[] original) {
    byte[] bytes = original;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      bytes = damage(bytes);
    }
    return bytes;
  }

  private byte[] damage(byte[] bytes) {
    byte[] copy = bytes.clone();
    int at = place(bytes.length + 1);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
    switch (random.nextInt(8)) {
      case 0 -> flip(copy, at);
      case 1 -> Arrays.fill(copy, Math.min(at, end), end, (byte) random.nextInt(256));
      case 2 -> Arrays.fill(copy, Math.min(at, end), end, (byte) 0xff);
      case 3 -> copy = Arrays.copyOf(bytes, at); // cut off
      case 4 -> copy = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64)); // zeros after
      case 5 -> copy = splice(bytes, at, end, new byte[0]);
      case 6 -> copy = splice(bytes, at, at, Arrays.copyOfRange(bytes, at, Math.max(at, end)));
      default -> copy = splice(bytes, at, at, random(1 + random.nextInt(8)));
    }
    return copy;
  }

  private static void flip(byte[] bytes, int at) {
    if (at < bytes.length) {
      bytes[at] ^= (byte) (1 << (at % 8));
    }
  }

  /** A place below {@code bound}; one time in four in the first 16 bytes, where lengths are. */
  private int place(int bound) {
    return random.nextInt(random.nextInt(4) == 0 ? Math.min(bound, 16) : bound);
  }

  private byte[] random(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] insertion) {
    int cut = Math.max(from, to);
    byte[] result = Arrays.copyOf(bytes, from + insertion.length + bytes.length - cut);
    System.arraycopy(insertion, 0, result, from, insertion.length);
    System.arraycopy(bytes, cut, result, from + insertion.length, bytes.length - cut);
    return result;
  }

  /** A copy of a JSON file with one to three tokens changed, or with damaged bytes. */
  public byte[] json(byte[] original) {
    if (random.nextInt(5) == 0) {
      return bytes(original);
    }
    List<String> tokens = new ArrayList<>();
    Matcher matcher = JSON_TOKEN.matcher(new String(original, StandardCharsets.UTF_8));
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      change(tokens);
    }
    return String.join("", tokens).getBytes(StandardCharsets.UTF_8);
  }

  private void change(List<String> tokens) {
    int at = random.nextInt(tokens.size());
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> replaceNumber(tokens, at);
      case 3, 4 -> tokens.set(at, any(VALUES));
      case 5 -> tokens.set(at, "");
      case 6 -> tokens.add(at, any(VALUES));
      case 7 -> Collections.swap(tokens, at, random.nextInt(tokens.size()));
      case 8 -> repeatMember(tokens, at);
      default -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
    }
  }

  /** Replaces the first number from {@code at} on by an awkward one, or moves it a little. */
  private void replaceNumber(List<String> tokens, int at) {
    for (int i = at; i < tokens.size(); i++) {
      if (tokens.get(i).matches("-?[0-9]{1,18}")) {
        boolean near = random.nextBoolean();
        long value = Long.parseLong(tokens.get(i));
        tokens.set(i, near ? Long.toString(value + random.nextInt(-8, 9)) : any(NUMBERS));
        return;
      }
    }
  }

  /** Writes a member {@code "key": value} of an object a second time, beside itself. */
  private static void repeatMember(List<String> tokens, int at) {
    int from = tokens.subList(at, tokens.size()).indexOf(",");
    if (from < 0) {
      return;
    }
    int to = tokens.subList(at + from + 1, tokens.size()).indexOf(",");
    if (to >= 0) {
      List<String> member = List.copyOf(tokens.subList(at + from, at + from + 1 + to));
      tokens.addAll(at + from, member);
    }
  }

  /**
   * A copy of {@code text} in which one match of {@code pattern} stands in the place of another, or
   * two have changed places: values that are right by themselves, in the wrong place.
   */
  public String misplace(String text, Pattern pattern) {
    List<MatchResult> matches = pattern.matcher(text).results().toList();
    int i = random.nextInt(matches.size());
    int j = random.nextInt(matches.size());
    boolean swap = random.nextBoolean();
    StringBuilder result = new StringBuilder();
    int end = 0;
    for (int k = 0; k < matches.size(); k++) {
      MatchResult match = matches.get(k);
      int source = k == i ? j : swap && k == j ? i : k;
      result.append(text, end, match.start()).append(matches.get(source).group());
      end = match.end();
    }
    return result.append(text.substring(end)).toString();
  }

  private String any(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
