import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What the launcher's tests start in place of jgpt: tells what reached Java, after a call that
 * needs native access.
 */
final class EchoArguments {
  public static void main(String[] args) throws Throwable {
    var linker = Linker.nativeLinker();
    var getpid =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("getpid"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT));
    if ((int) getpid.invokeExact() != ProcessHandle.current().pid()) {
      throw new AssertionError("getpid");
    }
    var text = new StringBuilder();
    for (String arg : args) {
      text.append('[').append(arg).append("]\n");
    }
    text.append("language ")
        .append(Locale.getDefault(Locale.Category.DISPLAY).getLanguage())
        .append('\n');
    text.append("bundled ").append(System.getProperty("jgpt.bundled")).append('\n');
    if (ClassLoader.getSystemResource("OldClass.class") != null) {
      text.append(Class.forName("OldClass").getDeclaredConstructor().newInstance()).append('\n');
    }
    System.out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    System.out.flush();
    if (args.length > 0 && args[0].equals("sleep")) {
      Thread.sleep(60_000);
    }
    System.exit(args.length > 0 && args[0].equals("exit") ? Integer.parseInt(args[1]) : 0);
  }
}
