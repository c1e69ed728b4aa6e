package io.jgpt.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.LanguageModel;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules hold for every class of the runtime and of the command line. */
class ArchitectureTest {

  private static final List<ClassUse> CLASSES = new ArrayList<>();

  @BeforeAll
  static void readClasses() throws URISyntaxException {
    Path runtime =
        Path.of(LanguageModel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<ClassUse> ofRuntime = ClassUse.readAll(runtime);
    List<ClassUse> ofCommandLine = ClassUse.readAll(Path.of("target/classes"));
    assertTrue(ofRuntime.size() > 100, () -> runtime + ": " + ofRuntime.size());
    assertTrue(ofCommandLine.stream().allMatch(use -> use.name().startsWith("io.jgpt.")));
    CLASSES.addAll(ofRuntime);
    CLASSES.addAll(ofCommandLine);
  }

  static List<Rule> rules() {
    return Rules.ALL;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(Rule rule) {
    assertEquals(List.of(), rule.violations(CLASSES));
  }

  @Test
  void packagesFormNoCycle() {
    assertEquals("", PackageCycles.find(CLASSES));
  }
}
