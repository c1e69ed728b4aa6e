package io.jgpt.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {

  /** From the file kat_vectors of Random123: counter, key, result. */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void knownAnswers(String counter, String key, String result) {
    int[] c = words(counter);
    int[] k = words(key);
    var philox = new Philox();

    philox.compute(c[0], c[1], c[2], c[3], k[0], k[1]);

    int[] expected = words(result);
    for (int i = 0; i < 4; i++) {
      assertEquals(
          Integer.toHexString(expected[i]), Integer.toHexString(philox.word(i)), "word " + i);
    }
  }

  private static int[] words(String hex) {
    return Arrays.stream(hex.split(" ")).mapToInt(w -> Integer.parseUnsignedInt(w, 16)).toArray();
  }
}
