package io.jgpt.tokenizer;

import io.jgpt.error.InputException;
import io.jgpt.error.ModelException;
import java.nio.file.Path;
import java.text.Normalizer.Form;
import java.util.Optional;

/** Reads the normalizer, pre-tokenizer and decoder of a {@code tokenizer.json}. */
final class PipelineReader {

  /** Most steps in all: they call each other. Files in use have up to five. */
  private static final int MAX_STEPS = 64;

  /** Longest text, in chars, that a replacement may make: replacements of replacements multiply. */
  private static final long MAX_REPLACED = 1L << 27;

  private final Path file;
  private boolean byteLevel;
  private int steps;

  PipelineReader(Path file) {
    this.file = file;
  }

  /** True if a {@code ByteLevel} step has been read. */
  boolean isByteLevel() {
    return byteLevel;
  }

  Normalizer normalizer(Optional<Json.Table> step) {
    return step.map(this::normalizer).orElse(Normalizer.NONE);
  }

  private Normalizer normalizer(Json.Table step) {
    String type = countedType(step);
    return switch (type) {
      case "NFC" -> unicode(Form.NFC);
      case "NFD" -> unicode(Form.NFD);
      case "NFKC" -> unicode(Form.NFKC);
      case "NFKD" -> unicode(Form.NFKD);
      case "Lowercase" -> BertNormalizer::lowercase;
      case "Prepend" -> {
        String start = step.text("prepend").orElse("");
        yield text -> text.isEmpty() ? text : start + text;
      }
      case "Replace" -> replace(step);
      case "BertNormalizer" -> bert(step);
      case "Sequence" -> {
        Normalizer all = Normalizer.NONE;
        for (var part : step.tables("normalizers")) {
          all = all.then(normalizer(part));
        }
        yield all;
      }
      default -> throw unsupported("normalizer", type);
    };
  }

  private String countedType(Json.Table step) {
    if (++steps > MAX_STEPS) {
      throw new ModelException("tokenizer.tooManySteps", file, MAX_STEPS);
    }
    return step.type();
  }

  private static Normalizer unicode(Form form) {
    return text -> java.text.Normalizer.normalize(text, form);
  }

  private Normalizer replace(Json.Table step) {
    String from = literal(step, "Replace");
    String to = step.text("content").orElse("");
    return text -> {
      if ((long) text.length() / from.length() * to.length() > MAX_REPLACED) {
        throw new InputException("tokenizer.replaced", text.length(), MAX_REPLACED);
      }
      return text.replace(from, to);
    };
  }

  static BertNormalizer bert(Json.Table step) {
    boolean lowercase = step.flag("lowercase", true);
    return new BertNormalizer(
        step.flag("clean_text", true),
        step.flag("handle_chinese_chars", true),
        step.flag("strip_accents", lowercase),
        lowercase);
  }

  Splitter splitter(Optional<Json.Table> step) {
    return step.map(this::splitter).orElse(Splitter.NONE);
  }

  private Splitter splitter(Json.Table step) {
    String type = countedType(step);
    return switch (type) {
      case "ByteLevel" -> {
        byteLevel = true;
        yield new ByteLevelSplitter(
            step.flag("add_prefix_space", true), step.flag("use_regex", true));
      }
      case "Split" -> split(step);
      case "Digits" ->
          delimiters(
              Delimiters.codePoints(c -> CharClass.of(c) == CharClass.NUMBER),
              step.flag("individual_digits", false)
                  ? DelimiterSplitter.Behavior.ISOLATED
                  : DelimiterSplitter.Behavior.CONTIGUOUS);
      case "Punctuation" ->
          delimiters(Delimiters.codePoints(CharClass::isPunctuation), behavior(step));
      case "WhitespaceSplit" -> WHITE_SPACE;
      case "BertPreTokenizer" -> BERT;
      case "Sequence" -> {
        Splitter all = Splitter.NONE;
        for (var part : step.tables("pretokenizers")) {
          all = all.then(splitter(part));
        }
        yield all;
      }
      default -> throw unsupported("pre-tokenizer", type);
    };
  }

  private static final Splitter WHITE_SPACE =
      delimiters(Delimiters.codePoints(CharClass::isSpace), DelimiterSplitter.Behavior.REMOVED);

  /** Words and signs of punctuation. */
  static final Splitter BERT =
      WHITE_SPACE.then(
          delimiters(
              Delimiters.codePoints(CharClass::isPunctuation),
              DelimiterSplitter.Behavior.ISOLATED));

  private static Splitter delimiters(Delimiters delimiters, DelimiterSplitter.Behavior behavior) {
    return new DelimiterSplitter(delimiters, behavior, false);
  }

  private Splitter split(Json.Table step) {
    Optional<String> regex = step.table("pattern").flatMap(pattern -> pattern.text("Regex"));
    if (regex.isPresent() && regex.get().equals(Gpt2Splitter.PATTERN) && isIsolated(step)) {
      return new Gpt2Splitter();
    }
    Delimiters delimiters =
        regex.isPresent()
            ? Delimiters.pattern(new SplitPattern(file, regex.get()))
            : Delimiters.literal(literal(step, "Split"));
    return new DelimiterSplitter(delimiters, behavior(step), step.flag("invert", false));
  }

  /** GPT-2's pattern matches all of a text, so that isolated and inverted removal are the same. */
  private boolean isIsolated(Json.Table step) {
    boolean invert = step.flag("invert", false);
    return behavior(step)
        == (invert ? DelimiterSplitter.Behavior.REMOVED : DelimiterSplitter.Behavior.ISOLATED);
  }

  private String literal(Json.Table step, String type) {
    return step.table("pattern")
        .flatMap(pattern -> pattern.text("String"))
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> unsupported("pattern", type));
  }

  private DelimiterSplitter.Behavior behavior(Json.Table step) {
    String behavior = step.text("behavior").orElse("Isolated");
    return switch (behavior) {
      case "Removed" -> DelimiterSplitter.Behavior.REMOVED;
      case "Isolated" -> DelimiterSplitter.Behavior.ISOLATED;
      case "Contiguous" -> DelimiterSplitter.Behavior.CONTIGUOUS;
      case "MergedWithPrevious" -> DelimiterSplitter.Behavior.MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> DelimiterSplitter.Behavior.MERGED_WITH_NEXT;
      default -> throw unsupported("split behavior", behavior);
    };
  }

  /**
   * Fails unless the decoder is the one that goes with the model; a missing one is taken for it.
   */
  void checkDecoder(Optional<Json.Table> decoder, String expected) {
    if (decoder.isEmpty()) {
      return;
    }
    String type = decoder.get().type();
    if (type.equals("Sequence")) {
      for (var part : decoder.get().tables("decoders")) {
        checkDecoder(Optional.of(part), expected);
      }
    } else if (!type.equals(expected)) {
      throw unsupported("decoder", type);
    }
  }

  private ModelException unsupported(String step, String type) {
    return new ModelException("tokenizer.unsupportedStep", file, step, TokenizerFile.shown(type));
  }
}
