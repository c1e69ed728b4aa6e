package io.jgpt.examples;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.TokenConstraint;
import io.jgpt.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Lets the model say nothing but one of the given answers, however it likes to spell it. */
public final class Choice {

  private Choice() {}

  public static void main(String[] args) {
    List<String> answers = List.of(" yes", " no", " perhaps");
    try (var model = LanguageModel.open(Path.of(args[0]), Options.defaults());
        var session = model.newSession()) {
      Tokenizer tokenizer = model.tokenizer().orElseThrow();
      Sampling sampling = Sampling.defaults().constraint(() -> new OneOf(tokenizer, answers));
      System.out.println(session.generate("Is the moon made of cheese? I say", sampling).text());
    }
  }

  /** A token may come if one of the answers left goes on with its bytes. */
  private static final class OneOf implements TokenConstraint {

    private final byte[][] tokens;
    private List<byte[]> left;

    OneOf(Tokenizer tokenizer, List<String> answers) {
      tokens =
          IntStream.range(0, tokenizer.vocabSize())
              .mapToObj(id -> tokenizer.isSpecial(id) ? new byte[0] : tokenizer.bytes(id))
              .toArray(byte[][]::new);
      left = answers.stream().map(answer -> answer.getBytes(StandardCharsets.UTF_8)).toList();
    }

    @Override
    public long[] mask() {
      long[] allowed = new long[(tokens.length + 63) / 64];
      for (int id = 0; id < tokens.length; id++) {
        byte[] token = tokens[id];
        if (token.length > 0 && left.stream().anyMatch(answer -> begins(answer, token))) {
          allowed[id / 64] |= 1L << (id % 64);
        }
      }
      return allowed;
    }

    @Override
    public void accept(int id) {
      byte[] token = tokens[id];
      left =
          left.stream()
              .filter(answer -> begins(answer, token))
              .map(answer -> Arrays.copyOfRange(answer, token.length, answer.length))
              .toList();
    }

    @Override
    public boolean isComplete() {
      return left.stream().anyMatch(answer -> answer.length == 0);
    }

    private static boolean begins(byte[] answer, byte[] token) {
      return answer.length >= token.length
          && Arrays.equals(answer, 0, token.length, token, 0, token.length);
    }
  }
}
