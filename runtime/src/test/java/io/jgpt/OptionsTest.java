package io.jgpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.DeviceException;
import io.jgpt.model.DType;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @Test
  void spellingsAreThoseOfTheCommandLine() {
    assertEquals(new Device.Auto(), Options.defaults().device());
    assertEquals(new Device.Cpu(), Options.device("cpu").device());
    assertEquals(new Device.Cuda(0), Options.device("cuda").device());
    assertEquals(new Device.Cuda(12), Options.device("cuda:12").device());
    assertEquals(Optional.of(DType.BF16), Options.defaults().dtype("bf16").dtype());
    assertEquals(Optional.empty(), Options.defaults().dtype("int8").dtype("auto").dtype());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:1x", "cuda:99999999999"})
  void anotherDeviceIsRefused(String device) {
    var e = assertThrows(IllegalArgumentException.class, () -> Options.device(device));
    assertEquals("device is " + device + "; it must be auto, cpu, cuda or cuda:N", e.getMessage());
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    Options options = Options.defaults();
    assertThrows(IllegalArgumentException.class, () -> options.dtype("f64"));
    assertThrows(IllegalArgumentException.class, () -> options.threads(-1));
    assertThrows(IllegalArgumentException.class, () -> options.maxContext(0));
  }

  @Test
  void withersKeepTheRest() {
    Options options =
        Options.device("cpu").dtype("f16").threads(3).maxContext(64).cacheDirectory(Path.of("c"));
    assertEquals(new Device.Cpu(), options.device());
    assertEquals(Optional.of(DType.F16), options.dtype());
    assertEquals(3, options.threads());
    assertEquals(OptionalInt.of(64), options.maxContext());
    assertEquals(Optional.of(Path.of("c")), options.cacheDirectory());
  }

  @Test
  void aGpuIsNotThereAndTheCureIsSaid() {
    Path model = Path.of("src/test/resources/golden/plain");
    var e =
        assertThrows(
            DeviceException.class, () -> LanguageModel.open(model, Options.device("cuda:99")));
    // Of the two that apply, with or without a GPU here.
    assertTrue(Set.of("cuda.no-driver", "cuda.ordinal").contains(e.key()), e.key());
    assertTrue(e.getMessage().contains("--device c"), e.getMessage());
  }
}
