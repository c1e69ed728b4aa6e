package io.jgpt.cli;

import java.util.List;
import java.util.Locale;

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
   * told in it too.
   *
   * @param arguments among which {@code --lang} may stand
   */
  static Language choose(List<String> arguments, Settings settings, Locale system) {
    String named = named(arguments, settings);
    return switch (named) {
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
