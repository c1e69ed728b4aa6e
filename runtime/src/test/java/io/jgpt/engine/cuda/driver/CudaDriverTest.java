package io.jgpt.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.DeviceException;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** On a machine of any kind: asking for CUDA is an answer, never an exception. */
class CudaDriverTest {

  @Test
  void availabilityIsAnAnswerWithItsReason() {
    switch (CudaDriver.availability()) {
      case CudaDriver.Available available -> {
        assertFalse(available.devices().isEmpty());
        assertEquals(available, CudaDriver.require());
      }
      case CudaDriver.Unavailable unavailable -> {
        DeviceException reason = unavailable.reason();
        assertTrue(reason.key().startsWith("cuda."), reason.key());
        assertTrue(reason.getMessage().contains("--device cpu"), reason.getMessage());
        assertTrue(reason.message(Locale.CHINESE).contains("请"), reason.message(Locale.CHINESE));
        assertEquals(reason.key(), assertThrows(DeviceException.class, CudaDriver::require).key());
        assertThrows(DeviceException.class, () -> CudaContext.open(0));
      }
    }
    assertSame(CudaDriver.availability(), CudaDriver.availability());
  }

  @Test
  void versionsReadAsNvidiaWritesThem() {
    assertEquals("12.4", CudaDriver.versionText(12_040));
    assertEquals("13.0", CudaDriver.versionText(13_000));
  }

  @Test
  void errorsThatAContextDoesNotSurviveAreKnown() {
    assertTrue(DriverResult.isSticky("CUDA_ERROR_ILLEGAL_ADDRESS"));
    assertFalse(DriverResult.isSticky(DriverResult.OUT_OF_MEMORY));
    assertFalse(DriverResult.isSticky("CUDA_ERROR_NOT_SUPPORTED"));
  }
}
