package io.jgpt.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A compiled class and what it names, as its constant pool has it: code, signatures, annotations
 * and all. Constants that the compiler has put in place leave no trace.
 *
 * @param name with dots; nested classes after a {@code $}
 * @param types that it names
 * @param members that it calls, reads or writes, as {@code java.lang.System#exit}
 * @param strings in its code
 */
record ClassUse(String name, Set<String> types, Set<String> members, Set<String> strings) {

  /** Types in descriptors and generic signatures. */
  private static final Pattern DESCRIPTOR = Pattern.compile("L([\\w$]+(?:/[\\w$]+)+)[;<]");

  String packageName() {
    return packageOf(name);
  }

  /** The package of a class by its name with dots. */
  static String packageOf(String className) {
    return className.substring(0, Math.max(0, className.lastIndexOf('.')));
  }

  /** All classes under a directory or in a jar. */
  static List<ClassUse> readAll(Path root) {
    try {
      if (Files.isDirectory(root)) {
        return walk(root);
      }
      try (FileSystem jar =
          FileSystems.newFileSystem(URI.create("jar:" + root.toUri()), Map.of())) {
        return walk(jar.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ClassUse> walk(Path root) throws IOException {
    List<ClassUse> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        classes.add(read(ClassFile.of().parse(Files.readAllBytes(file))));
      }
    }
    return classes;
  }

  private static ClassUse read(ClassModel model) {
    ClassUse use =
        new ClassUse(
            dotted(model.thisClass().asInternalName()),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>());
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry type -> use.addType(type.asInternalName());
        case MemberRefEntry member ->
            use.members.add(
                dotted(member.owner().asInternalName()) + "#" + member.name().stringValue());
        case StringEntry string -> use.strings.add(string.stringValue());
        case Utf8Entry text -> {
          Matcher descriptor = DESCRIPTOR.matcher(text.stringValue());
          while (descriptor.find()) {
            use.types.add(dotted(descriptor.group(1)));
          }
        }
        default -> {}
      }
    }
    use.types.remove(use.name);
    return use;
  }

  private void addType(String internalName) {
    if (!internalName.startsWith("[")) { // an array's element is found as a descriptor
      types.add(dotted(internalName));
    }
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }
}
