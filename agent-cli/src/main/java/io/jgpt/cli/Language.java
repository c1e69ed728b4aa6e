package io.jgpt.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The languages that jgpt speaks. */
enum Language {
  EN(Locale.ROOT),
  ZH(Locale.CHINESE);

  private static final String OPTION = "--lang";

  private final Locale locale;

  Language(Locale locale) {
    this.locale = locale;
  }

  /** For resource bundles: English lies in the ones without a suffix. */
  Locale locale() {
    return locale;
  }

  /**
   * The language to speak: needed before the options are parsed, since what is wrong with them is
   * told in it too. {@code --lang} decides, else {@code JGPT_LANG}, else the user's profile, else
   * the locale.
   *
   * @param arguments among which {@code --lang} may stand
   * @param profile asked if nothing before it says; empty if it does not say either
   */
  static Language choose(
      List<String> arguments, Settings settings, Supplier<String> profile, Locale system) {
    String named = named(arguments, settings);
    return switch (named.isEmpty() ? profile.get() : named) {
      case "en" -> EN;
      case "zh" -> ZH;
      default -> system.getLanguage().equals("zh") ? ZH : EN;
    };
  }

  private static String named(List<String> arguments, Settings settings) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--")) {
        break;
      }
      if (argument.equals(OPTION) && i + 1 < arguments.size()) {
        return arguments.get(i + 1);
      }
      if (argument.startsWith(OPTION + "=")) {
        return argument.substring(OPTION.length() + 1);
      }
    }
    return settings.get("JGPT_LANG").map(Settings.Setting::value).orElse("");
  }
}
