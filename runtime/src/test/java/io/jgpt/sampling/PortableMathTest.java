package io.jgpt.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PortableMathTest {

  private static void assertClose(double expected, double actual, String what) {
    double error = Math.abs(expected - actual) / Math.ulp(expected);
    assertTrue(error <= 2, () -> what + ": " + error + " ulp");
  }

  @Test
  void expIsWithinTwoUlp() {
    var random = new Random(1);
    for (int i = 0; i < 1_000_000; i++) {
      double x = -708 * Math.pow(random.nextDouble(), 1 + i % 20);
      assertClose(StrictMath.exp(x), PortableMath.exp(x), "exp " + x);
    }
  }

  @Test
  void logIsWithinTwoUlp() {
    var random = new Random(2);
    for (int i = 0; i < 1_000_000; i++) {
      double x = Math.scalb(1 + random.nextDouble(), random.nextInt(80) - 70);
      assertClose(StrictMath.log(x), PortableMath.log(x), "log " + x);
      double nearOne = 1 + random.nextGaussian() * Math.scalb(1.0, -random.nextInt(40) - 4);
      assertClose(StrictMath.log(nearOne), PortableMath.log(nearOne), "log " + nearOne);
    }
  }

  @Test
  void endsAreExact() {
    assertEquals(1, PortableMath.exp(0.0));
    assertEquals(1, PortableMath.exp(-0.0));
    assertEquals(1, PortableMath.exp(-Double.MIN_VALUE));
    assertEquals(0, PortableMath.exp(-708.1));
    assertEquals(0, PortableMath.exp(-Double.MAX_VALUE));
    assertEquals(0, PortableMath.log(1));
  }

  /** Bits that a device is held to: they must not change with the platform. */
  @Test
  void bitsAreTheSameEverywhere() {
    long exps = 0;
    long logs = 0;
    var random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      double x = random.nextDouble();
      exps = 31 * exps + Double.doubleToLongBits(PortableMath.exp(-40 * x));
      logs = 31 * logs + Double.doubleToLongBits(PortableMath.log(x));
    }
    assertEquals(
        "6dd3971321bd1ec3 d0f5d9a8405e0a9a", Long.toHexString(exps) + " " + Long.toHexString(logs));
  }
}
