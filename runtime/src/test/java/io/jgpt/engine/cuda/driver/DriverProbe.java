package io.jgpt.engine.cuda.driver;

import java.util.Arrays;
import java.util.Locale;

/** Loads the driver where a test wants it loaded: in a process, or a class loader, of its own. */
public final class DriverProbe implements Runnable {

  /** Prints what {@link #ask} answers. */
  public static void main(String[] arguments) {
    System.out.println(ask());
  }

  /** The key of what is missing, or what a context on the first device says. */
  static String ask() {
    return switch (CudaDriver.availability()) {
      case CudaDriver.Unavailable no ->
          no.reason().key() + ": " + no.reason().message(Locale.ENGLISH);
      case CudaDriver.Available yes -> {
        try (CudaContext context = CudaContext.open(0)) {
          var embedding = new EmbeddingOnDevice(context);
          embedding.launch();
          float[] out = TestDevice.download(embedding.stream, embedding.out);
          boolean right = Arrays.equals(embedding.expected(5, 0, 6), out);
          yield "ran " + right + " on " + yes.devices().size();
        }
      }
    };
  }

  /** For a class loader of a test, which knows no type of ours. */
  @Override
  public void run() {
    String answer = ask();
    if (!answer.startsWith("ran true")) {
      throw new AssertionError(answer);
    }
  }
}
