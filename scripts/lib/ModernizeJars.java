import static java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import static java.lang.classfile.ClassFile.JAVA_7_VERSION;
import static java.lang.classfile.ClassFile.StackMapsOption.GENERATE_STACK_MAPS;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites the jars of a folder whose classes have the format of Java 6 or older to that of Java 7.
 *
 * <p>The JVM verifies old classes by data flow analysis at every start and keeps none of them in
 * its class archive; from Java 7 on, stack maps make verification a single pass that is done once,
 * when the archive is made. picocli, compiled for Java 5, is most of what the command line loads.
 */
final class ModernizeJars {
  public static void main(String[] args) throws IOException {
    List<Path> jars;
    try (var files = Files.list(Path.of(args[0]))) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    for (Path jar : jars) {
      modernize(jar);
    }
  }

  private static void modernize(Path jar) throws IOException {
    Path aside = jar.resolveSibling(jar.getFileName() + ".new");
    boolean changed = false;
    try (var in = new ZipFile(jar.toFile());
        var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        var out = new ZipOutputStream(Files.newOutputStream(aside))) {
      var hierarchy =
          ClassHierarchyResolver.ofResourceParsing(loader)
              .orElse(ClassHierarchyResolver.defaultResolver());
      var classFile =
          ClassFile.of(GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(hierarchy.cached()));
      for (ZipEntry entry : in.stream().toList()) {
        byte[] bytes = in.getInputStream(entry).readAllBytes();
        if (isClass(entry)) {
          ClassModel model = classFile.parse(bytes);
          if (model.majorVersion() < JAVA_7_VERSION) {
            changed = true;
            bytes =
                classFile.build(
                    model.thisClass().asSymbol(),
                    builder -> {
                      model.forEach(builder);
                      builder.withVersion(JAVA_7_VERSION, 0);
                    });
          }
        }
        var copy = new ZipEntry(entry.getName());
        copy.setLastModifiedTime(entry.getLastModifiedTime());
        out.putNextEntry(copy);
        out.write(bytes);
      }
    }
    if (changed) {
      Files.move(aside, jar, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(aside);
    }
  }

  private static boolean isClass(ZipEntry entry) {
    return entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class");
  }
}
