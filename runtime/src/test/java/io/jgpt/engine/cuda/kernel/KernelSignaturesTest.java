package io.jgpt.engine.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Java believes of the kernels is what the PTX in the jar declares, on every architecture. */
class KernelSignaturesTest {

  private static final Pattern ENTRY =
      Pattern.compile("\\.visible \\.entry (\\w+)\\(([^)]*)\\)", Pattern.DOTALL);
  private static final Pattern PARAMETER = Pattern.compile("\\.param \\.(\\w+)");
  private static final Map<String, String> LETTERS =
      Map.of("u32", "i", "s32", "i", "b32", "i", "f32", "f", "f64", "d");

  /** In 64 bits, PTX does not tell a pointer from an integer. */
  private static final String WIDE = "[pl]";

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void everyKernelOfThePtxHasItsFamilyAndTheOtherWayRound(String architecture) {
    Map<String, String> declared = declaredBy(architecture);
    Map<String, String> expected = new TreeMap<>();
    for (KernelFamily family : KernelFamily.values()) {
      for (String entry : family.entries()) {
        expected.put(entry, family.file() + " " + family.signature().replaceAll(WIDE, "l"));
      }
    }
    assertEquals(lines(expected), lines(declared));
  }

  private static String lines(Map<String, String> signatures) {
    return signatures.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining("\n"));
  }

  /** By entry: the file's name and a letter per parameter, l for all of 64 bits. */
  private static Map<String, String> declaredBy(String architecture) {
    Map<String, String> declared = new TreeMap<>();
    files()
        .forEach(
            file -> {
              Matcher entry = ENTRY.matcher(read(architecture + "/" + file + ".ptx"));
              while (entry.find()) {
                String letters =
                    PARAMETER
                        .matcher(entry.group(2))
                        .results()
                        .map(p -> LETTERS.getOrDefault(p.group(1), "l"))
                        .collect(Collectors.joining());
                declared.put(entry.group(1), file + " " + letters);
              }
            });
    return declared;
  }

  /** From the manifest: what was built, whether or not a family names it. */
  private static Stream<String> files() {
    return read("manifest.txt")
        .lines()
        .filter(line -> line.startsWith("source "))
        .map(line -> line.substring("source ".length(), line.lastIndexOf(' ')));
  }

  private static String read(String path) {
    try (InputStream in = KernelSet.class.getResourceAsStream("ptx/" + path)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new AssertionError(path, e);
    }
  }
}
