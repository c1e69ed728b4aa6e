package io.jgpt.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.model.DType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {

  private static final Path ROOT = Path.of("/checkout");

  private static Settings parse(String... arguments) {
    return Settings.parse(ROOT, List.of(arguments));
  }

  @Test
  void withoutOptionsItIsTheGpuForTenMinutes() {
    Settings settings = parse();
    assertEquals("cuda", settings.device());
    assertEquals(Duration.ofMinutes(10), settings.time());
    assertEquals(
        List.of("124M bf16", "1.5B bf16", "124M f32", "1.5B f32"),
        settings.stages().stream().map(Stage::toString).toList());
    assertEquals(ROOT.resolve("target/bench-gpu"), settings.out());
  }

  @Test
  void onTheCpuAndInASmokeRunThereIsLess() {
    assertEquals(Workload.CPU, parse("--device", "cpu").workloads());
    assertEquals(2, parse("--device", "cpu").stages().size());
    assertEquals(Workload.SMOKE, parse("--smoke", "--device", "cpu").workloads());
    assertEquals(new Stage(Shape.named("tiny"), DType.BF16), parse("--smoke").stages().getFirst());
    assertEquals("cpu", parse("--smoke").torchDevice());
    assertEquals("cuda:1", parse("--device", "cuda:1").torchDevice());
  }

  @Test
  void optionsAreHeeded() {
    Settings settings =
        parse("--models", "355M", "--dtypes", "f32", "--rounds", "5", "--python", "none");
    assertEquals(List.of(new Stage(Shape.named("355M"), DType.F32)), settings.stages());
    assertEquals(5, settings.rounds());
    assertTrue(!settings.usesTorch());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nonsense 1",
        "--rounds",
        "--rounds 0",
        "--minutes x",
        "--models 2B",
        "--dtypes i8"
      })
  void whatCannotBeIsRefused(String arguments) {
    assertThrows(IllegalArgumentException.class, () -> parse(arguments.split(" ", -1)));
  }
}
