package io.jgpt.engine.cuda.driver;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_VARARGS;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import io.jgpt.error.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/**
 * Loads JCuda's native library from a private place.
 *
 * <p>Left alone, JCuda's loader ({@code jcuda.LibUtils}) writes a file of a fixed name into {@code
 * java.io.tmpdir} and loads whatever lies there already: on a shared machine, anybody's code; with
 * two class loaders, a library that the JVM refuses to load twice. It asks {@link
 * System#loadLibrary} first, but no library loaded before satisfies that: it looks for files on a
 * path that is fixed when the JVM starts.
 *
 * <p>All that {@code JCudaDriver} itself calls is {@code jcuda.LibUtilsCuda.loadLibrary}. So that
 * class is defined here, in JCuda's own package and class loader, before JCuda asks for its own
 * edition of it: ours loads a copy from a directory that only this user can enter (0700) and that
 * is gone a moment later. The copy belongs to JCuda's class loader, as its native methods need, and
 * its path is one of a kind, so that class loaders and processes do not meet. For JCuda's other
 * libraries (jgpt uses none here) it does what the original does.
 */
final class JCudaLibrary {

  private static final ClassDesc CD_LIB_UTILS = ClassDesc.of("jcuda.LibUtils");
  private static final ClassDesc CD_LIB_UTILS_CUDA = ClassDesc.of("jcuda.LibUtilsCuda");
  private static final MethodTypeDesc MTD_LOAD_LIBRARY =
      MethodTypeDesc.of(CD_void, CD_String, CD_String.arrayType());

  private JCudaLibrary() {}

  /**
   * Makes {@link JCudaDriver} usable; {@code libcuda.so.1} must be there.
   *
   * @throws DeviceException if the library is not on the class path or cannot be loaded
   */
  static void load() {
    String version = JCudaVersion.get();
    String name = LibUtils.createPlatformLibraryName("JCudaDriver-" + version);
    if (!name.endsWith("-linux-x86_64")) {
      throw new DeviceException(
          "cuda.platform", name.substring(name.indexOf(version) + version.length() + 1));
    }
    String resource = "/lib/" + System.mapLibraryName(name);
    try (InputStream library = Pointer.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new DeviceException("cuda.natives-missing", resource, version);
      }
      load(name, library);
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new DeviceException(e, "cuda.natives-load", e.toString());
    }
  }

  private static void load(String name, InputStream library) throws IOException {
    Path directory = Files.createTempDirectory("jgpt"); // 0700
    Path copy = directory.resolve(System.mapLibraryName(name));
    try {
      Files.copy(library, copy);
      defineLoader(name, copy);
      JCudaDriver.setExceptionsEnabled(true); // initialises the class, which loads the copy
    } finally {
      Files.deleteIfExists(copy);
      Files.deleteIfExists(directory);
    }
  }

  private static void defineLoader(String name, Path copy) {
    try {
      MethodHandles.privateLookupIn(Pointer.class, MethodHandles.lookup())
          .defineClass(loader(name, copy.toString()));
    } catch (LinkageError e) {
      // The embedder has used JCuda before us, and it is loaded as the embedder has seen to.
      if (e.getClass() != LinkageError.class) { // what a class that is there already is told by
        throw e;
      }
    } catch (IllegalAccessException e) {
      throw new DeviceException(e, "cuda.natives-load", e.getMessage());
    }
  }

  /**
   * The class
   *
   * <pre>{@code
   * public final class LibUtilsCuda {
   *   public static void loadLibrary(String name, String... dependencies) {
   *     if (name.equals(NAME)) {
   *       System.load(PATH);
   *     } else {
   *       LibUtils.loadLibrary(name, dependencies);
   *     }
   *   }
   * }
   * }</pre>
   */
  private static byte[] loader(String name, String path) {
    return ClassFile.of()
        .build(
            CD_LIB_UTILS_CUDA,
            type ->
                type.withFlags(ACC_PUBLIC | ACC_FINAL)
                    .withMethodBody(
                        "loadLibrary",
                        MTD_LOAD_LIBRARY,
                        ACC_PUBLIC | ACC_STATIC | ACC_VARARGS,
                        code ->
                            code.aload(0)
                                .loadConstant(name)
                                .invokevirtual(
                                    CD_String,
                                    "equals",
                                    MethodTypeDesc.ofDescriptor("(Ljava/lang/Object;)Z"))
                                .ifThenElse(
                                    ours ->
                                        ours.loadConstant(path)
                                            .invokestatic(
                                                ClassDesc.of("java.lang.System"),
                                                "load",
                                                MethodTypeDesc.of(CD_void, CD_String)),
                                    other ->
                                        other
                                            .aload(0)
                                            .aload(1)
                                            .invokestatic(
                                                CD_LIB_UTILS, "loadLibrary", MTD_LOAD_LIBRARY))
                                .return_()));
  }
}
