package io.jgpt.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The driver loaded in other processes and class loaders than this one. */
@Tag("cudasim")
class DriverLoadingTest {

  private static final String JCUDA_FILE = "libJCudaDriver-12.6.0-linux-x86_64.so";

  @TempDir Path temporary;

  private Process start(Map<String, String> environment) throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            DriverProbe.class.getName());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> !file.getFileName().toString().startsWith("hsperf")).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CUDASIM_DEVICES, 0, cuda.no-device, nvidia-smi",
    "CUDASIM_DRIVER, 11080, cuda.old-driver, supports CUDA 11.8",
    "CUDASIM_FAULT, cuInit:1:803, cuda.init, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
    "CUDASIM_FAULT, cuDeviceGetCount:1:999, cuda.setup, cuDeviceGetCount",
  })
  void whatIsMissingIsSaidWithItsCure(String name, String value, String key, String words)
      throws Exception {
    String answer = output(start(Map.of(name, value)));
    assertTrue(answer.startsWith(key + ": "), answer);
    assertTrue(answer.contains(words), answer);
    assertTrue(answer.contains("--device cpu"), answer);
    assertEquals(List.of(), left());
  }

  @Test
  void aDirectoryForTheLibraryThatIsNotThereIsSaid() throws Exception {
    temporary = temporary.resolve("missing");
    String answer = output(start(Map.of()));
    assertTrue(answer.contains("cuda.natives-load: "), answer); // below a warning of the JVM
  }

  @Test
  void processesThatLoadAtTheSameTimeDoNotMeet() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(start(Map.of()));
    }
    for (Process process : processes) {
      assertEquals("ran true on 1", output(process));
    }
    assertEquals(List.of(), left());
  }

  /** JCuda's own loader would load it, whoever put it there. */
  @Test
  void aFileThatWaitsUnderTheUsualNameIsNotLoaded() throws Exception {
    Path trap = Files.writeString(temporary.resolve(JCUDA_FILE), "not a library");
    assertEquals("ran true on 1", output(start(Map.of())));
    assertEquals(List.of(trap), left());
  }

  @Test
  void twoClassLoadersUseTheDriverBesideThisOne() throws Exception {
    assertEquals("ran true on 1", DriverProbe.ask());
    URL[] classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(DriverLoadingTest::url)
            .toArray(URL[]::new);
    for (int i = 0; i < 2; i++) {
      try (var loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
        Class<?> probe = loader.loadClass(DriverProbe.class.getName());
        assertNotSame(DriverProbe.class, probe);
        ((Runnable) probe.getConstructor().newInstance()).run();
      }
    }
    assertEquals("ran true on 1", DriverProbe.ask());
  }

  private static URL url(String path) {
    try {
      return Path.of(path).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }
}
