package io.jgpt.agent.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The units of {@code units.txt} and the three scales of temperature, by every name that people
 * give them.
 */
final class Units implements Form {

  /**
   * A unit: {@code base = value * factor + zero}.
   *
   * @param quantity only units of one quantity can be converted
   * @param zero where its scale starts; not 0 for temperatures alone
   */
  record Unit(String quantity, Rational factor, Rational zero) {}

  private static final Pattern ENGLISH = Pattern.compile("[a-z][a-z -]{2,}");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z]+");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** All of them. */
  static final Units KNOWN = load();

  private final Map<String, Unit> exact = new HashMap<>();
  private final Map<String, Unit> folded = new HashMap<>();

  /** By how names begin: two letters, or the only one, whatever their case. */
  private final Map<String, Integer> longest = new HashMap<>();

  private Units() {}

  private static Units load() {
    Units units = new Units();
    try (InputStream in = Units.class.getResourceAsStream("units.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(units::addLine);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    units.addTemperatures();
    return units;
  }

  private void addLine(String line) {
    String[] parts = line.split("\\s+", 3);
    String[] fraction = parts[1].split("/", 2);
    Rational factor = Rational.of(fraction[0]);
    if (fraction.length == 2) {
      factor = factor.over(Rational.of(fraction[1]));
    }
    add(new Unit(parts[0], factor, Rational.of(0)), parts[2].split(",\\s*", -1));
  }

  private void addTemperatures() {
    Rational ninths = Rational.of(5).over(Rational.of(9));
    add(new Unit("temperature", Rational.ONE, Rational.of(0)), "K", "kelvin", "开尔文", "开");
    add(
        new Unit("temperature", Rational.ONE, Rational.of("273.15")),
        "C",
        "°C",
        "celsius",
        "centigrade",
        "degree celsius",
        "degrees celsius",
        "degree C",
        "degrees C",
        "degrees centigrade",
        "摄氏度",
        "摄氏",
        "度");
    add(
        new Unit("temperature", ninths, Rational.of("459.67").times(ninths)),
        "F",
        "°F",
        "fahrenheit",
        "degree fahrenheit",
        "degrees fahrenheit",
        "degree F",
        "degrees F",
        "华氏度",
        "华氏");
  }

  private void add(Unit unit, String... names) {
    for (String name : names) {
      String key = normalized(name);
      Unit other = exact.put(key, unit);
      if (other != null && !other.equals(unit)) {
        throw new IllegalStateException("two units are called " + name);
      }
      String lower = key.toLowerCase(Locale.ROOT);
      folded.putIfAbsent(lower, unit);
      longest.merge(lower.substring(0, Math.min(lower.length(), 2)), lower.length(), Math::max);
      if (ENGLISH.matcher(lower).matches()) {
        exact.putIfAbsent(key + "s", unit);
        folded.putIfAbsent(lower + "s", unit);
      }
    }
  }

  private static String normalized(String name) {
    if (PLAIN.matcher(name).matches()) {
      return name; // most are, and nothing changes
    }
    String normal = Normalizer.normalize(name, Normalizer.Form.NFKC).strip();
    return BLANKS.matcher(normal).replaceAll(" ");
  }

  /**
   * The unit of that name: as written, else whatever the case of its letters.
   *
   * @throws ToolException if there is none
   */
  static Unit find(String name) throws ToolException {
    return KNOWN.named(name).orElseThrow(() -> new ToolException("no unit " + name));
  }

  private Optional<Unit> named(String name) {
    String key = normalized(name);
    if (key.endsWith(".")) {
      key = key.substring(0, key.length() - 1);
    }
    Unit unit = exact.get(key);
    return Optional.ofNullable(unit != null ? unit : folded.get(key.toLowerCase(Locale.ROOT)));
  }

  @Override
  public boolean fits(String text) {
    return named(text).isPresent();
  }

  /** Of a name that is written without a blank too many. */
  @Override
  public int reach(String text) {
    String begin =
        normalized(text.substring(0, Math.min(text.length(), 2))).toLowerCase(Locale.ROOT);
    int known =
        IntStream.rangeClosed(1, Math.min(begin.length(), 2))
            .map(n -> longest.getOrDefault(begin.substring(0, n), 0))
            .max()
            .orElse(0);
    return known == 0 ? 0 : Math.min(text.length(), known + 2); // a plural, with a point behind it
  }

  /**
   * The same in another unit, exactly.
   *
   * @throws ToolException if the units measure different things
   */
  static Rational convert(Rational amount, String from, String to) throws ToolException {
    Unit source = find(from);
    Unit target = find(to);
    if (!source.quantity.equals(target.quantity)) {
      throw new ToolException(
          from + " is " + source.quantity + ", " + to + " is " + target.quantity);
    }
    return amount.times(source.factor).plus(source.zero).minus(target.zero).over(target.factor);
  }
}
