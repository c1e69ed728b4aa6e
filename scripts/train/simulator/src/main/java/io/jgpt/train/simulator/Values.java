package io.jgpt.train.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the slots of a wording are filled with. Much of it is nonsense, so that it can only be
 * copied.
 *
 * <p>One value in eight, chosen by its hash, is held out: training never sees it, but for {@link
 * #offset days}.
 */
final class Values {

  private static final List<String> WORDS_EN = words("words-en.txt");
  private static final List<String> WORDS_ZH = words("words-zh.txt");

  /** What people do call files and write down: words that goals are made of, too. */
  private static final List<String> NAMES_EN = words("names-en.txt");

  private static final List<String> NAMES_ZH = words("names-zh.txt");
  private static final List<String> PHRASES_EN = lines("phrases-en.txt");
  private static final List<String> PHRASES_ZH = lines("phrases-zh.txt");

  /** What to ask the user for, and whole questions. */
  private static final List<String> TOPICS_EN = lines("topics-en.txt");

  private static final List<String> TOPICS_ZH = lines("topics-zh.txt");
  private static final List<String> QUESTIONS_EN = lines("questions-en.txt");
  private static final List<String> QUESTIONS_ZH = lines("questions-zh.txt");

  private static final int TRIES = 1000;

  private final Language language;
  private final Dice dice;
  private final boolean heldOut;
  private final Set<String> taken = new HashSet<>();

  Values(Language language, Dice dice, boolean heldOut) {
    this.language = language;
    this.dice = dice;
    this.heldOut = heldOut;
  }

  private static List<String> words(String resource) {
    return List.of(text(resource).strip().split("\\s+", -1));
  }

  private static List<String> lines(String resource) {
    return text(resource).strip().lines().toList();
  }

  private static String text(String resource) {
    try (InputStream in = Values.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isHeldOut(String value) {
    return (value.hashCode() * 0x9E3779B9) >>> 29 == 0;
  }

  /** A value of the wanted part. */
  private String any(Supplier<String> make) {
    return any(make, value -> isHeldOut(value) == heldOut);
  }

  private String any(Supplier<String> make, Predicate<String> isWanted) {
    for (int i = 0; i < TRIES; i++) {
      String value = make.get();
      if (isWanted.test(value)) {
        return value;
      }
    }
    throw new IllegalStateException("no such value");
  }

  /** A value of the wanted part that this goal does not have yet. */
  private String fresh(Supplier<String> make) {
    for (int i = 0; i < TRIES; i++) {
      String value = make.get();
      if (isHeldOut(value) == heldOut && taken.add(value)) {
        return value;
      }
    }
    throw new IllegalStateException("no fresh value");
  }

  // --- names and texts --------------------------------------------------------------------------

  /** A file name, at times in a folder. */
  String path() {
    String folder = dice.chance(0.12) ? folder() + "/" : "";
    return folder + fileName();
  }

  /** A file name without a folder. */
  String fileName() {
    return fresh(this::stem)
        + dice.of(".txt", ".txt", ".txt", ".txt", ".md", ".md", ".csv", ".log", ".dat", ".text");
  }

  private String stem() {
    if (dice.chance(0.25)) {
      boolean chinese = language == Language.ZH && dice.chance(0.6);
      return dice.of(chinese ? NAMES_ZH : NAMES_EN) + number(0.15);
    }
    if (language == Language.ZH && dice.chance(0.6)) {
      return dice.of(WORDS_ZH) + (dice.chance(0.5) ? dice.of(WORDS_ZH) : "") + number(0.2);
    }
    String first = dice.chance(0.5) ? dice.of(WORDS_EN) : nonsense();
    String second =
        dice.chance(0.4)
            ? dice.of("-", "_", "") + (dice.chance(0.5) ? dice.of(WORDS_EN) : nonsense())
            : "";
    return first + second + number(0.25);
  }

  private String number(double chance) {
    return dice.chance(chance) ? Integer.toString(dice.below(dice.of(10, 100, 3000))) : "";
  }

  /** Two or three syllables. */
  private String nonsense() {
    return IntStream.range(0, dice.between(1, 3))
        .mapToObj(
            i ->
                dice.of("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "st")
                    + dice.of("a", "e", "i", "o", "u", "ai", "oo")
                    + dice.of("", "", "n", "r", "l", "x", "k", "m"))
        .collect(Collectors.joining());
  }

  String folder() {
    return language == Language.ZH && dice.chance(0.5)
        ? dice.of("资料", "文档", "照片", "归档", "草稿", "工作") + number(0.2)
        : dice.of("docs", "data", "notes", "work", "old", "files", "archive", "drafts")
            + number(0.3);
  }

  /** A few words to write down. */
  String text() {
    return fresh(this::phrase);
  }

  private String phrase() {
    if (dice.chance(0.15)) {
      return dice.of(language == Language.ZH ? PHRASES_ZH : PHRASES_EN);
    }
    if (language == Language.ZH && dice.chance(0.9)) {
      String words = join(WORDS_ZH, "", dice.between(1, 3));
      return switch (dice.below(8)) {
        case 0 -> "买" + words;
        case 1 -> words + "在" + dice.of(WORDS_ZH);
        case 2 -> dice.between(1, 30) + "个" + words;
        case 3 -> words + "的编号是" + dice.below(10_000);
        case 4 -> dice.of("周一", "周三", "周五", "明早", "月底") + "去" + words;
        case 5 -> "给" + dice.of(WORDS_ZH) + "打电话";
        default -> words;
      };
    }
    String words = join(WORDS_EN, " ", dice.between(1, 3));
    return switch (dice.below(9)) {
      case 0 -> "buy " + words;
      case 1 -> words + " is in the " + dice.of(WORDS_EN);
      case 2 -> dice.between(2, 30) + " " + words;
      case 3 -> "the " + words + " number is " + dice.below(10_000);
      case 4 -> "call the " + words;
      case 5 -> nonsense() + " " + nonsense();
      case 6 -> words + " on " + dice.of("Monday", "Wednesday", "Friday", "Sunday");
      default -> words;
    };
  }

  private String join(List<String> words, String space, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> dice.of(words))
        .collect(Collectors.joining(space));
  }

  /** A sentence of a file. */
  String sentence() {
    String phrase = phrase();
    return language == Language.ZH
        ? phrase + "。"
        : Character.toUpperCase(phrase.charAt(0)) + phrase.substring(1) + ".";
  }

  /** One word to look for. */
  String word() {
    return fresh(
        () ->
            language == Language.ZH
                ? dice.of(WORDS_ZH) + (dice.chance(0.7) ? dice.of(WORDS_ZH) : "")
                : dice.chance(0.3)
                    ? nonsense() + nonsense()
                    : join(WORDS_EN, " ", dice.between(1, 2)));
  }

  // --- arithmetic -------------------------------------------------------------------------------

  String expression() {
    return fresh(() -> dice.chance(0.25) ? inWords() : inSigns());
  }

  private String operand() {
    return switch (dice.below(8)) {
      case 0 -> dice.between(0, 99) + "." + dice.between(1, 99);
      case 1 -> Integer.toString(dice.between(1000, 99_999));
      case 2, 3 -> Integer.toString(dice.between(100, 999));
      case 4 -> Integer.toString(dice.between(1, 9));
      default -> Integer.toString(dice.between(10, 99));
    };
  }

  private String inSigns() {
    String space = dice.chance(0.35) ? " " : "";
    String plus = space + dice.of("+", "-", "+", "-", "*", "/", "*", "×", "÷") + space;
    String times = space + dice.of("*", "*", "/", "+", "-") + space;
    return switch (dice.below(10)) {
      case 0 -> "(" + operand() + plus + operand() + ")" + times + operand();
      case 1 -> operand() + times + "(" + operand() + plus + operand() + ")";
      case 2 -> operand() + plus + operand() + plus + operand();
      case 3 -> dice.between(2, 99) + dice.of("^2", "^3", "**2");
      default -> operand() + plus + operand();
    };
  }

  private String inWords() {
    String a = operand();
    String b = operand();
    return language == Language.ZH
        ? switch (dice.below(7)) {
          case 0 -> a + "加" + b;
          case 1 -> a + "减" + b;
          case 2 -> a + "乘以" + b;
          case 3 -> a + "除以" + b;
          case 4 -> a + "和" + b + "的和";
          case 5 -> dice.between(2, 99) + "的平方";
          default -> a + "乘" + b;
        }
        : switch (dice.below(8)) {
          case 0 -> a + " plus " + b;
          case 1 -> a + " minus " + b;
          case 2 -> a + " times " + b;
          case 3 -> a + " divided by " + b;
          case 4 -> dice.between(1, 99) + "% of " + b;
          case 5 -> "the sum of " + a + " and " + b;
          case 6 -> dice.between(2, 99) + " squared";
          default -> a + " x " + b;
        };
  }

  /** An expression that has no value. */
  String impossibleExpression() {
    return fresh(() -> operand() + dice.of("/0", " / 0", "/(3-3)"));
  }

  // --- units ------------------------------------------------------------------------------------

  private static final List<List<String>> UNITS_EN =
      List.of(
          List.of(
              "m",
              "km",
              "cm",
              "mm",
              "metres",
              "meters",
              "kilometres",
              "kilometers",
              "centimeters",
              "feet",
              "ft",
              "inches",
              "yards",
              "miles",
              "nautical miles"),
          List.of(
              "kg",
              "g",
              "mg",
              "kilograms",
              "grams",
              "pounds",
              "lb",
              "ounces",
              "oz",
              "tonnes",
              "stone"),
          List.of(
              "°C",
              "°F",
              "Celsius",
              "Fahrenheit",
              "degrees Celsius",
              "degrees Fahrenheit",
              "K",
              "kelvin"),
          List.of(
              "l",
              "ml",
              "litres",
              "liters",
              "millilitres",
              "gallons",
              "cups",
              "pints",
              "quarts",
              "tablespoons",
              "teaspoons"),
          List.of("seconds", "minutes", "hours", "days", "weeks", "min", "h", "s"),
          List.of("km/h", "m/s", "mph", "knots"),
          List.of("m2", "km2", "hectares", "acres", "square feet", "square metres"),
          List.of("MB", "GB", "kB", "bytes", "TB", "bits", "megabytes", "gigabytes"),
          List.of("kWh", "J", "kJ", "kcal", "calories"));

  private static final List<List<String>> UNITS_ZH =
      List.of(
          List.of(
              "米", "公里", "千米", "厘米", "毫米", "英里", "英尺", "英寸", "里", "尺", "寸", "海里", "码", "km", "m"),
          List.of("千克", "公斤", "克", "毫克", "吨", "斤", "两", "磅", "盎司", "kg", "g"),
          List.of("摄氏度", "华氏度", "开尔文"),
          List.of("升", "毫升", "加仑", "立方米", "汤匙", "茶匙", "品脱"),
          List.of("秒", "分钟", "小时", "天", "周", "星期"),
          List.of("公里每小时", "米每秒", "节", "公里/小时"),
          List.of("平方米", "平方公里", "公顷", "亩", "英亩", "平方英尺"),
          List.of("字节", "MB", "GB", "KB", "TB"),
          List.of("千瓦时", "焦耳", "千焦", "大卡", "千卡"));

  /** An amount and two units: of one quantity, unless {@code mismatched}. */
  List<String> conversion(boolean mismatched) {
    List<List<String>> units = language == Language.ZH ? UNITS_ZH : UNITS_EN;
    int quantity = dice.below(units.size());
    String from = dice.of(units.get(quantity));
    String to = from;
    int other =
        mismatched ? (quantity + dice.between(1, units.size() - 1)) % units.size() : quantity;
    while (to.equals(from)) {
      to = dice.of(units.get(other));
    }
    return List.of(fresh(this::amount), from, to);
  }

  private String amount() {
    return switch (dice.below(5)) {
      case 0 -> dice.between(0, 99) + "." + dice.between(1, 9);
      case 1 -> Integer.toString(dice.between(100, 9999));
      case 2 -> dice.between(0, 9) + "." + dice.between(10, 99);
      default -> Integer.toString(dice.between(1, 400));
    };
  }

  // --- days -------------------------------------------------------------------------------------

  /**
   * A day counted from today. Most that have no figure are words to know, not values to copy:
   * holding one of them out would tell nothing, so training has them all.
   */
  String offset() {
    return any(
        this::anyOffset,
        value -> isHeldOut(value) == heldOut || (!heldOut && !value.matches(".*[0-9].*")));
  }

  private String anyOffset() {
    int n = dice.between(2, 90);
    if (language == Language.ZH) {
      return switch (dice.below(8)) {
        case 0 -> dice.of("明天", "后天", "昨天", "前天", "大后天");
        case 1 -> n + dice.of("天", "周", "个月") + dice.of("后", "前", "之后", "以后");
        case 2 ->
            dice.of("两", "三", "四", "五", "六", "七", "八", "九", "十") + dice.of("天", "周", "个月") + "后";
        case 3, 4 ->
            dice.of("下", "上", "本", "")
                + dice.of("周", "星期")
                + dice.of("一", "二", "三", "四", "五", "六", "日");
        default -> n + "天" + dice.of("后", "后", "前");
      };
    }
    return switch (dice.below(8)) {
      case 0 ->
          dice.of("tomorrow", "yesterday", "the day after tomorrow", "the day before yesterday");
      case 1, 2 -> "in " + n + " " + dice.of("days", "weeks", "months");
      case 3 -> n + " " + dice.of("days", "weeks", "months") + dice.of(" ago", " from now");
      case 4 ->
          "in "
              + dice.of("two", "three", "four", "five", "six", "ten")
              + dice.of(" days", " weeks", " months");
      default -> dice.of("next ", "next ", "last ", "on ") + weekday();
    };
  }

  private String weekday() {
    return dice.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  }

  /** A day to count to; always ahead of any clock of the simulation. */
  String day() {
    return any(this::anyDay);
  }

  private String anyDay() {
    int month = dice.between(1, 12);
    int day = dice.between(1, 28);
    if (language == Language.ZH) {
      return dice.chance(0.5)
          ? month + "月" + day + dice.of("日", "号")
          : dice.between(2028, 2035) + "年" + month + "月" + day + "日";
    }
    return dice.chance(0.3)
        ? "next " + weekday()
        : String.format("%d-%02d-%02d", dice.between(2028, 2035), month, day);
  }

  // --- questions --------------------------------------------------------------------------------

  String topic() {
    return any(this::anyTopic);
  }

  private String anyTopic() {
    if (dice.chance(0.25)) {
      return language == Language.ZH
          ? dice.of(WORDS_ZH) + "的" + dice.of("颜色", "价格", "数量", "名字", "位置", "日期", "编号")
          : "the "
              + dice.of("colour", "price", "number", "name", "place", "date", "size")
              + " of the "
              + dice.of(WORDS_EN);
    }
    return dice.of(language == Language.ZH ? TOPICS_ZH : TOPICS_EN);
  }

  String question() {
    return any(this::anyQuestion);
  }

  private String anyQuestion() {
    return dice.of(language == Language.ZH ? QUESTIONS_ZH : QUESTIONS_EN);
  }
}
