package io.jgpt.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/** What the options take: each type is a text, checked against its limit. */
final class Values {

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]{1,30}");

  private Values() {}

  /** A converter that fails with {@link InvalidValue} alone. */
  interface Type<T> extends ITypeConverter<T> {
    @Override
    T convert(String value);
  }

  /** A number in decimal notation. */
  abstract static class Real implements Type<Double> {
    private final String limitKey;
    private final double from;
    private final double to;
    private final boolean above;
    private final String example;

    /**
     * @param above {@code from} itself is not taken
     */
    Real(String limitKey, double from, double to, boolean above, String example) {
      this.limitKey = limitKey;
      this.from = from;
      this.to = to;
      this.above = above;
      this.example = example;
    }

    @Override
    public Double convert(String value) {
      if (NUMBER.matcher(value).matches()) {
        double number = Double.parseDouble(value);
        if (number >= from && number <= to && !(above && number == from)) {
          return number;
        }
      }
      throw new InvalidValue(example, limitKey);
    }
  }

  /** A whole number, from {@code from} to {@code to}. */
  private static long whole(String value, long from, long to, String limitKey, String example) {
    if (WHOLE_NUMBER.matcher(value).matches()) {
      BigInteger number = new BigInteger(value);
      if (number.compareTo(BigInteger.valueOf(from)) >= 0
          && number.compareTo(BigInteger.valueOf(to)) <= 0) {
        return number.longValueExact();
      }
    }
    throw new InvalidValue(example, limitKey, from, to);
  }

  /** One of a few words. */
  abstract static class Word implements Type<String> {
    private final List<String> words;

    Word(String... words) {
      this.words = List.of(words);
    }

    @Override
    public String convert(String value) {
      if (words.contains(value)) {
        return value;
      }
      throw new InvalidValue(words.getFirst(), "limit.words", String.join(", ", words));
    }
  }

  static final class Temperature extends Real {
    Temperature() {
      super("limit.real.atLeast0", 0, Double.MAX_VALUE, false, "0.8");
    }
  }

  static final class Probability extends Real {
    Probability() {
      super("limit.real.0to1", 0, 1, false, "0.95");
    }
  }

  static final class PositiveProbability extends Real {
    PositiveProbability() {
      super("limit.real.above0to1", 0, 1, true, "0.95");
    }
  }

  static final class Factor extends Real {
    Factor() {
      super("limit.real.above0", 0, Double.MAX_VALUE, true, "1.1");
    }
  }

  static final class Penalty extends Real {
    Penalty() {
      super("limit.real", -Double.MAX_VALUE, Double.MAX_VALUE, false, "0.5");
    }
  }

  /** A count of at least one. */
  static final class Count implements Type<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 1, Integer.MAX_VALUE, "limit.whole.from", "128");
    }
  }

  /** A count that may be zero. */
  static final class CountOrNone implements Type<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 0, Integer.MAX_VALUE, "limit.whole.from", "40");
    }
  }

  static final class Samples implements Type<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 1, 1024, "limit.whole", "3");
    }
  }

  static final class Threads implements Type<Integer> {
    @Override
    public Integer convert(String value) {
      int processors = Runtime.getRuntime().availableProcessors();
      return (int) whole(value, 1, 1024, "limit.whole", Integer.toString(processors));
    }
  }

  /** More than a hundred top tokens are of no use, and their count is of the output's size. */
  static final class Logprobs implements Type<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 0, 100, "limit.whole", "5");
    }
  }

  static final class Seed implements Type<Long> {
    @Override
    public Long convert(String value) {
      return whole(value, 0, Long.MAX_VALUE, "limit.whole", "42");
    }
  }

  /**
   * What {@code --logit-bias} adds to a token.
   *
   * @param bias minus infinity bans the token
   */
  record Bias(int id, double bias) {}

  static final class LogitBias implements Type<Bias> {
    private static final String EXAMPLE = "198=-inf";

    @Override
    public Bias convert(String value) {
      int equals = value.indexOf('=');
      if (equals > 0) {
        String bias = value.substring(equals + 1);
        boolean bans = bias.equals("-inf");
        if (bans || (NUMBER.matcher(bias).matches() && Double.isFinite(Double.parseDouble(bias)))) {
          String id = value.substring(0, equals);
          return new Bias(
              (int) whole(id, 0, Integer.MAX_VALUE, "limit.bias", EXAMPLE),
              bans ? Double.NEGATIVE_INFINITY : Double.parseDouble(bias));
        }
      }
      throw new InvalidValue(EXAMPLE, "limit.bias");
    }
  }

  /** A text that is not empty. */
  private static String notEmpty(String value, String example) {
    if (value.isEmpty()) {
      throw new InvalidValue(example, "limit.text");
    }
    return value;
  }

  static final class StopText implements Type<String> {
    @Override
    public String convert(String value) {
      return notEmpty(value, "END");
    }
  }

  static final class Model implements Type<String> {
    @Override
    public String convert(String value) {
      return notEmpty(value, ModelName.USUAL);
    }
  }

  /** What the agent is to do: blanks are nothing, as at its prompt. */
  static final class Goal implements Type<String> {
    @Override
    public String convert(String value) {
      if (value.isBlank()) {
        throw new InvalidValue("\"17*23\"", "limit.instruction");
      }
      return value;
    }
  }

  static final class DeviceName implements Type<String> {
    private static final Pattern NAME = Pattern.compile("auto|cpu|cuda(:[0-9]{1,3})?");

    @Override
    public String convert(String value) {
      if (NAME.matcher(value).matches()) {
        return value;
      }
      throw new InvalidValue("auto", "limit.words", "auto, cpu, cuda, cuda:N");
    }
  }

  static final class PlannerName implements Type<String> {
    private static final Pattern NAME = Pattern.compile("local|openai|script:.+");

    @Override
    public String convert(String value) {
      if (NAME.matcher(value).matches()) {
        return value;
      }
      throw new InvalidValue("local", "limit.words", "local, openai, script:FILE");
    }
  }

  static final class SetName extends Word {
    SetName() {
      super("values", "wordings", "compositions", "free", "talk");
    }
  }

  static final class EvaluatedPlanner extends Word {
    EvaluatedPlanner() {
      super("local", "router");
    }
  }

  static final class DTypeName extends Word {
    DTypeName() {
      super("auto", "f32", "f16", "bf16", "int8");
    }
  }

  static final class LanguageName extends Word {
    LanguageName() {
      super("en", "zh");
    }
  }

  /** A budget of differential privacy, in thousandths: beyond ten, noise hides nothing. */
  static final class Epsilon implements Type<BigDecimal> {
    private static final BigDecimal LEAST = new BigDecimal("0.01");

    @Override
    public BigDecimal convert(String value) {
      if (value.matches("[0-9]{1,2}(\\.[0-9]{1,3})?")) {
        BigDecimal epsilon = new BigDecimal(value).stripTrailingZeros();
        if (epsilon.compareTo(LEAST) >= 0 && epsilon.compareTo(BigDecimal.TEN) <= 0) {
          return epsilon.setScale(Math.max(0, epsilon.scale()));
        }
      }
      throw new InvalidValue("1", "limit.epsilon");
    }
  }

  static final class TruncateName extends Word {
    TruncateName() {
      super("none", "left");
    }
  }
}
