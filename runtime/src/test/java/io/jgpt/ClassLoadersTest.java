package io.jgpt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import io.jgpt.sampling.Sampling;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Two applications in one JVM, as in a servlet container, each with jgpt in its own loader. */
class ClassLoadersTest {

  /** Runs inside a loader; the JDK's types are all that both sides share. */
  public static final class Program implements Callable<int[]> {
    @Override
    public int[] call() {
      Path directory = Path.of("src/test/resources/golden/plain");
      try (var model = LanguageModel.open(directory, Options.device("cpu"));
          var session = model.newSession()) {
        var sampling = Sampling.defaults().seed(1).maxTokens(20).ignoreEos(true);
        return session.generate(new int[] {1, 2, 3}, sampling).ids();
      }
    }
  }

  @Test
  void bothGenerate() throws Exception {
    int[] here = new Program().call();
    try (var first = loader();
        var second = loader()) {
      Callable<?> one = program(first);
      Callable<?> two = program(second);
      assertNotSame(one.getClass(), two.getClass());
      assertNotSame(Program.class, one.getClass());
      assertArrayEquals(here, (int[]) one.call());
      assertArrayEquals(here, (int[]) two.call());
      assertArrayEquals(here, (int[]) one.call());
    }
  }

  private static Callable<?> program(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> program = loader.loadClass(Program.class.getName());
    return (Callable<?>) program.getConstructor().newInstance();
  }

  private static URLClassLoader loader() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
