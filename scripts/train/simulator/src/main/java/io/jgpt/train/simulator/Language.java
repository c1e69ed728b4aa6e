package io.jgpt.train.simulator;

/** The two languages of goals, with what joins texts in each. */
enum Language {
  EN("en", " ", ", "),
  ZH("zh", "", "、");

  private final String code;
  private final String space;
  private final String comma;

  Language(String code, String space, String comma) {
    this.code = code;
    this.space = space;
    this.comma = comma;
  }

  /** As in file names. */
  String code() {
    return code;
  }

  /** Between sentences. */
  String space() {
    return space;
  }

  /** Between the items of a list. */
  String comma() {
    return comma;
  }
}
