package io.jgpt.tokenizer;

/**
 * The {@code ByteLevel} step.
 *
 * @param prefixSpace begin each part of the text with a space, if it does not
 * @param gpt2 split as GPT-2 does
 */
record ByteLevelSplitter(boolean prefixSpace, boolean gpt2) implements Splitter {

  private static final Splitter GPT2 = new Gpt2Splitter();

  @Override
  public void split(String text, int from, int to, PieceSink sink) {
    Splitter rest = gpt2 ? GPT2 : Splitter.NONE;
    if (prefixSpace && text.charAt(from) != ' ') {
      String prefixed = " " + text.substring(from, to);
      rest.split(prefixed, 0, prefixed.length(), sink);
    } else {
      rest.split(text, from, to, sink);
    }
  }
}
