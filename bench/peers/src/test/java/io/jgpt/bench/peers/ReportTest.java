package io.jgpt.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.bench.peers.Comparison.Contender;
import io.jgpt.bench.peers.Comparison.Result;
import io.jgpt.model.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReportTest {

  private static final Stage STAGE = new Stage(Shape.named("124M"), DType.BF16);
  private static final Roofs ROOFS = new Roofs(4.3e12, Map.of(DType.BF16, 790e12), "a test");

  private static Report report(boolean smoke, List<String> failures) {
    Map<Contender, List<Speeds>> decode = new LinkedHashMap<>();
    decode.put(Contender.JGPT, List.of(speeds(9000), speeds(10000), speeds(11000)));
    decode.put(Contender.EAGER, List.of(speeds(250)));
    var answers = new Answers("PyTorch", 32, 31, 0.01, 0.04, 0.02, true);
    var result =
        new Result(STAGE, Optional.of(answers), Map.of(Workload.GPU.getFirst(), decode), failures);
    return new Report(
        "jgpt on a card",
        smoke,
        Map.of("jgpt", "0.1"),
        ROOFS,
        List.of(result),
        List.of("1.5B f32"));
  }

  private static Speeds speeds(double median) {
    return new Speeds(median, 0.9 * median, 1.1 * median, Map.of("said", median));
  }

  /** 57.8 us: 248 MB and 48 tokens of keys and values at 4.3 TB/s. */
  @Test
  void aRowHasTheMedianItsSpreadTheFloorAndTheRatio() {
    String text = report(false, List.of()).markdown();
    assertTrue(
        text.contains(
            "| decode after 16 | jgpt | 10000 | 8100 to 12100 | 100 us | 57.9 us | 0.579 |  |"),
        text);
    assertTrue(
        text.contains("| PyTorch eager | 250 | 225 to 275 | 4.00 ms | 57.9 us | 0.0145 | 40.0 |"),
        text);
    assertTrue(text.contains("31 of 32 greedy tokens the same as PyTorch's"), text);
    assertTrue(text.contains("Left out for lack of time: 1.5B f32."), text);
  }

  @Test
  void aSmokeRunSaysThatItsFiguresAreNone() {
    assertTrue(report(true, List.of()).markdown().contains("No figure here says anything"));
    assertTrue(!report(false, List.of()).markdown().contains("No figure here says anything"));
  }

  @Test
  void whatFailedIsInBothForms() {
    Report report = report(false, List.of("it broke"));
    assertTrue(report.markdown().contains("- FAILED: it broke"));
    Map<String, Object> raw = Json.object(Json.pretty(report.raw()));
    Map<String, Object> stage = Json.objects(raw, "stages").getFirst();
    assertEquals(List.of("it broke"), Json.list(stage, "failures"));
    assertEquals(
        10000, Json.number(Json.objects(stage, "results").getFirst(), "median_tokens_per_s"));
  }

  @Test
  void figuresHaveThreeDigits() {
    assertEquals("12346", Report.shortly(12345.6));
    assertEquals("123", Report.shortly(123.4));
    assertEquals("1.23", Report.shortly(1.234));
    assertEquals("0.0123", Report.shortly(0.01234));
    assertEquals("1.2e-07", Report.shortly(1.23e-7));
    assertEquals("0", Report.shortly(0));
    assertEquals("-", Report.shortly(Double.NaN));
  }
}
