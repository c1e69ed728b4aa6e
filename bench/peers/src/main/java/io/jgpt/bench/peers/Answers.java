package io.jgpt.bench.peers;

import io.jgpt.model.DType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether jgpt answers right on a device, looked at before anything is timed: the same greedy
 * tokens in f32; log-probabilities close to those of the same weights in f32.
 *
 * @param peer what it was compared with
 * @param tokens that jgpt wrote
 * @param same how many of them the peer writes too, up to the first that differs
 * @param error of the log-probabilities, the largest, in nats
 * @param allowed what it may be
 * @param peerError the peer's own, in the same dtype; NaN where it computes in f32
 * @param right the verdict
 */
record Answers(
    String peer,
    int tokens,
    int same,
    double error,
    double allowed,
    double peerError,
    boolean right) {

  private static final int TOKENS = 32;

  /** One byte is one token. */
  private static final String PROMPT = "It was a bright cold day in April, and the clocks";

  /** In nats: what f32 may differ by through another order of sums. */
  private static final double F32_ERROR = 1e-3;

  /**
   * What 16-bit weights and keys may differ by where no other implementation is there to compare.
   */
  private static final double HALF_ERROR = 0.15;

  /**
   * Against PyTorch on the same device. 16-bit answers may be twice as far from f32 as PyTorch's
   * own.
   */
  static Answers besideTorch(
      Jgpt jgpt, Torch torch, Path model, String device, Stage stage, Duration limit) {
    Jgpt.Text text = jgpt.write(model, device, stage, PROMPT, tokens(stage), limit);
    List<Integer> ids = new ArrayList<>(promptIds());
    ids.addAll(text.ids().subList(0, text.ids().size() - 1));
    Map<String, Object> torchSays = torch.logprobs(ids, text.top(), limit);
    List<List<Double>> reference = rows(torchSays, "reference");
    double error = error(text.logprobs(), reference);
    double torchError = error(rows(torchSays, "model"), reference);
    List<Integer> greedy = torch.greedy(promptIds(), text.ids().size(), limit);
    double allowed = stage.dtype() == DType.F32 ? F32_ERROR : Math.max(F32_ERROR, 2 * torchError);
    return verdict("PyTorch", stage, text, greedy, error, allowed, torchError);
  }

  /** Against the CPU engine in f32, where PyTorch is missing. */
  static Answers besideCpu(Jgpt jgpt, Path model, String device, Stage stage, Duration limit) {
    Jgpt.Text text = jgpt.write(model, device, stage, PROMPT, tokens(stage), limit);
    Jgpt.Text reference = jgpt.reference(model, stage.shape(), PROMPT, tokens(stage), limit);
    double allowed = stage.dtype() == DType.F32 ? F32_ERROR : HALF_ERROR;
    // After the first token that differs the two continue different texts.
    int same = agreeing(text.ids(), reference.ids());
    double error = 0;
    for (int i = 0; i < Math.min(same + 1, reference.ids().size()); i++) {
      error = Math.max(error, commonError(text, reference, i));
    }
    return verdict("jgpt's CPU engine", stage, text, reference.ids(), error, allowed, Double.NaN);
  }

  private static int tokens(Stage stage) {
    return Math.min(TOKENS, stage.shape().positions() - PROMPT.length());
  }

  private static Answers verdict(
      String peer,
      Stage stage,
      Jgpt.Text text,
      List<Integer> greedy,
      double error,
      double allowed,
      double peerError) {
    int same = agreeing(text.ids(), greedy);
    boolean whole = !text.ids().isEmpty() && text.top().size() == text.ids().size();
    boolean sameText = stage.dtype() != DType.F32 || same == text.ids().size();
    boolean right = whole && sameText && error <= allowed;
    return new Answers(peer, text.ids().size(), same, error, allowed, peerError, right);
  }

  private static List<Integer> promptIds() {
    byte[] bytes = PROMPT.getBytes(StandardCharsets.US_ASCII);
    List<Integer> ids = new ArrayList<>();
    for (byte b : bytes) {
      ids.add((int) b);
    }
    return ids;
  }

  /** How many tokens are the same up to the first that is not. */
  static int agreeing(List<Integer> one, List<Integer> other) {
    int same = 0;
    while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) {
      same++;
    }
    return same;
  }

  private static List<List<Double>> rows(Map<String, Object> answer, String name) {
    return Json.list(answer, name).stream().map(row -> Json.numbers((List<?>) row)).toList();
  }

  /** The largest difference; NaN if any is. */
  private static double error(List<List<Double>> found, List<List<Double>> expected) {
    double error = 0;
    for (int i = 0; i < expected.size(); i++) {
      for (int j = 0; j < expected.get(i).size(); j++) {
        error = Math.max(error, Math.abs(found.get(i).get(j) - expected.get(i).get(j)));
      }
    }
    return error;
  }

  /** The same at one step, over the ids that both name. */
  private static double commonError(Jgpt.Text found, Jgpt.Text expected, int step) {
    double error = 0;
    for (int j = 0; j < found.top().get(step).size(); j++) {
      int at = expected.top().get(step).indexOf(found.top().get(step).get(j));
      if (at >= 0) {
        error =
            Math.max(
                error,
                Math.abs(
                    found.logprobs().get(step).get(j) - expected.logprobs().get(step).get(at)));
      }
    }
    return error;
  }

  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("peer", peer);
    facts.put("tokens", tokens);
    facts.put("same_greedy_tokens", same);
    facts.put("logprob_error", error);
    facts.put("logprob_error_allowed", allowed);
    facts.put("logprob_error_of_peer", peerError);
    facts.put("right", right);
    return facts;
  }

  /** For people. */
  String sentence() {
    return "%d of %d greedy tokens the same as %s's; log-probabilities off by %s, %s allowed%s"
        .formatted(
            same,
            tokens,
            peer,
            Report.shortly(error),
            Report.shortly(allowed),
            Double.isNaN(peerError) ? "" : " (" + peer + ": " + Report.shortly(peerError) + ")");
  }
}
