package io.jgpt.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule finds the class that breaks it: small programs with one fault, compiled here. */
class PlantedViolationsTest {

  /** A class with one fault: its name, its body, and the rule that it breaks. */
  record Plant(String className, String body, String rule) {

    String source() {
      String simpleName = className.substring(className.lastIndexOf('.') + 1);
      return "package "
          + ClassUse.packageOf(className)
          + "; class "
          + simpleName
          + " {"
          + body
          + "}";
    }

    @Override
    public String toString() {
      return className + ": " + rule;
    }
  }

  /** What the plants use, in place of the real classes, some of which are still to come. */
  private static final List<String> STAND_INS =
      List.of(
          "package io.jgpt; public class LanguageModel { public static void open() {} }",
          "package io.jgpt.model; public class DType {}",
          "package io.jgpt.engine; public class Engine {}",
          "package io.jgpt.engine; public class EngineInfo {}",
          "package io.jgpt.engine.cpu; public class CpuEngine { public static int threads; }",
          "package io.jgpt.engine.cuda; public class CudaEngine {}",
          "package io.jgpt.engine.cuda.gemm; public class GemmProvider {}",
          "package io.jgpt.engine.cuda.kernel; public class Launch {}",
          "package io.jgpt.scheduler; public class Scheduler {}",
          "package io.jgpt.sampling; public class Sampling {}",
          "package io.jgpt.cli; public class Main {}",
          "package com.google.crypto.tink; public class Aead {}",
          "package jcuda.driver; public class CUdeviceptr {}",
          "package reactor; public class Mono {}");

  static List<Plant> plants() {
    String low = "models, tokenizers, sampling and errors know no engine and nothing above one";
    String engines = "engines know nothing above them";
    String binding = "only the bindings call foreign functions";
    String process = "only the command line ends, prints and reads settings of the process";
    String factory = "only the engine factory names engines";
    String files = "only the folder behind the workspace touches files";
    String programs = "tools start no program and open no connection";
    String libraries = "what turns tools on is known without the libraries that they are made of";
    String facade = "command line and agent use the public facade";
    return List.of(
        new Plant("io.jgpt.model.X", "io.jgpt.engine.Engine field;", low),
        new Plant("io.jgpt.tokenizer.X", "void f(io.jgpt.engine.Engine[][] e) {}", low),
        new Plant("io.jgpt.sampling.X", "java.util.List<io.jgpt.engine.Engine> generic;", low),
        new Plant("io.jgpt.error.X", "{ io.jgpt.LanguageModel.open(); }", low),
        new Plant("io.jgpt.engine.cpu.X", "io.jgpt.scheduler.Scheduler s;", engines),
        new Plant("io.jgpt.engine.X", "io.jgpt.sampling.Sampling s;", engines),
        new Plant(
            "io.jgpt.engine.X",
            "Object o = new io.jgpt.engine.cpu.CpuEngine();",
            "the engine interface knows no engine"),
        new Plant(
            "io.jgpt.engine.cpu.X",
            "Class<?> c = io.jgpt.engine.cuda.CudaEngine.class;",
            "the CPU engine knows no CUDA"),
        new Plant(
            "io.jgpt.engine.cuda.X",
            "int t = io.jgpt.engine.cpu.CpuEngine.threads;",
            "the CUDA engine knows no CPU engine"),
        new Plant(
            "io.jgpt.engine.cuda.X",
            "boolean f(Object o) { return o instanceof jcuda.driver.CUdeviceptr; }",
            "only the driver package touches JCuda"),
        new Plant("io.jgpt.engine.cuda.X", "{ java.lang.foreign.Linker.nativeLinker(); }", binding),
        new Plant("io.jgpt.model.X", "{ System.loadLibrary(\"x\"); }", binding),
        new Plant("io.jgpt.X", "{ java.lang.foreign.SymbolLookup.loaderLookup(); }", binding),
        new Plant(
            "io.jgpt.engine.cuda.kernel.X",
            "io.jgpt.model.DType d;",
            "drivers and kernels know no model"),
        new Plant(
            "io.jgpt.engine.cuda.driver.X",
            "io.jgpt.engine.cuda.kernel.Launch l;",
            "below the CUDA engine: gemm, then kernel, then driver"),
        new Plant(
            "io.jgpt.engine.cuda.kernel.X",
            "io.jgpt.engine.cuda.gemm.GemmProvider g;",
            "kernels know neither gemm nor engine"),
        new Plant(
            "io.jgpt.scheduler.X",
            "io.jgpt.engine.cpu.CpuEngine e;",
            "the scheduler knows no concrete engine"),
        new Plant("io.jgpt.X", "io.jgpt.engine.cpu.CpuEngine e;", factory),
        new Plant("io.jgpt.cli.X", "io.jgpt.engine.cuda.CudaEngine e;", factory),
        new Plant("io.jgpt.X", "{ System.exit(1); }", process),
        new Plant("io.jgpt.scheduler.X", "Object o = System.out;", process),
        new Plant("io.jgpt.tokenizer.X", "{ new Exception().printStackTrace(); }", process),
        new Plant("io.jgpt.model.X", "String s = System.getProperty(\"user.home\");", process),
        new Plant("io.jgpt.engine.cpu.X", "String s = System.getenv(\"HOME\");", process),
        new Plant("io.jgpt.engine.cpu.X", "int i = Integer.getInteger(\"n\");", process),
        new Plant("io.jgpt.engine.cpu.X", "boolean b = Boolean.getBoolean(\"n\");", process),
        new Plant("io.jgpt.X", "{ Runtime.getRuntime().halt(1); }", process),
        new Plant("io.jgpt.agent.X", "{ IO.println(1); }", process),
        new Plant(
            "io.jgpt.agent.X",
            "java.util.function.Function<String, String> f = System::getProperty;",
            process),
        new Plant(
            "io.jgpt.trace.X",
            "io.jgpt.cli.Main m;",
            "the runtime knows no command line and no agent"),
        new Plant("io.jgpt.agent.X", "io.jgpt.scheduler.Scheduler s;", facade),
        new Plant("io.jgpt.cli.X", "io.jgpt.engine.Engine e;", facade),
        new Plant(
            "io.jgpt.agent.X",
            "io.jgpt.LanguageModel m;",
            "the agent's loop knows no model, planner, log or store"),
        new Plant(
            "io.jgpt.agent.tool.X",
            "io.jgpt.LanguageModel m;",
            "the agent's tools know the JDK alone"),
        new Plant("io.jgpt.agent.tool.X", "java.nio.file.Path p;", files),
        new Plant("io.jgpt.agent.tool.X", "Object o = new java.io.File(\"x\");", files),
        new Plant("io.jgpt.agent.tool.X", "java.net.URI u;", programs),
        new Plant("io.jgpt.agent.tool.X", "Object o = Runtime.getRuntime();", programs),
        new Plant(
            "io.jgpt.agent.mcp.X",
            "Object o = new ProcessBuilder(\"ls\");",
            "in the agent one package starts programs, but for the keyring's"),
        new Plant("io.jgpt.agent.mcp.ServerRules", "reactor.Mono m;", libraries),
        new Plant("io.jgpt.cli.X", "reactor.Mono m;", libraries),
        new Plant(
            "io.jgpt.agent.web.X",
            "io.jgpt.cli.Main m;",
            "programs, pages and servers know tools, JSON and nothing else of the agent"),
        new Plant(
            "io.jgpt.agent.log.X", "com.google.crypto.tink.Aead a;", "only the sealer knows Tink"),
        new Plant(
            "io.jgpt.engine.cuda.X",
            "boolean f(String device) { return device.contains(\"CudaSim\"); }",
            "Java does not ask whether it runs on the simulator"));
  }

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("plants")
  void isFound(Plant plant) {
    List<ClassUse> classes = compile(plant.source());
    List<String> violations =
        Rules.ALL.stream().flatMap(rule -> rule.violations(classes).stream()).toList();
    assertTrue(
        violations.stream()
            .anyMatch(v -> v.startsWith(plant.className + " -> ") && v.endsWith(": " + plant.rule)),
        violations.toString());
    assertTrue(
        violations.stream().allMatch(v -> v.startsWith(plant.className)), violations.toString());
  }

  @Test
  void everyRuleHasAPlant() {
    Set<String> planted = plants().stream().map(Plant::rule).collect(Collectors.toSet());
    Set<String> rules = Rules.ALL.stream().map(Rule::name).collect(Collectors.toSet());
    assertEquals(new TreeSet<>(rules), new TreeSet<>(planted));
  }

  @Test
  void whatIsAllowedIsNotFound() {
    List<ClassUse> classes =
        compile(
            "package io.jgpt.cli; class A { io.jgpt.engine.EngineInfo i; { System.exit(0); } }",
            "package io.jgpt.engine.cuda.driver; class B { jcuda.driver.CUdeviceptr p;"
                + " java.lang.foreign.Linker l; }",
            "package io.jgpt; class EngineFactory { io.jgpt.engine.cpu.CpuEngine e; class In {"
                + " io.jgpt.engine.cuda.CudaEngine e; } }",
            "package io.jgpt.engine.cuda.gemm; class C { io.jgpt.engine.cuda.kernel.Launch l; }",
            "package io.jgpt.scheduler; class D { io.jgpt.engine.Engine e;"
                + " io.jgpt.sampling.Sampling s; }",
            "package io.jgpt.agent.tool; class FolderWorkspace { java.nio.file.Path p; }",
            "package io.jgpt.agent.program; class Child { Object o = new ProcessBuilder(\"ls\"); }",
            "package io.jgpt.agent.mcp; class Pipe { reactor.Mono m; }",
            "package io.jgpt.agent.plan; class E { io.jgpt.LanguageModel m; }");
    assertEquals(
        List.of(), Rules.ALL.stream().flatMap(rule -> rule.violations(classes).stream()).toList());
    assertEquals("", PackageCycles.find(classes));
  }

  @Test
  void cyclesAreFound() {
    List<ClassUse> classes =
        compile(
            "package io.jgpt.a; public class A { io.jgpt.b.B b; }",
            "package io.jgpt.b; public class B { io.jgpt.c.C c() { return null; } }",
            "package io.jgpt.c; public class C<T extends io.jgpt.a.A> {}");
    assertEquals("io.jgpt.a -> io.jgpt.b -> io.jgpt.c -> io.jgpt.a", PackageCycles.find(classes));
  }

  private List<ClassUse> compile(String... sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    List<Source> units =
        Stream.concat(Stream.of(sources), STAND_INS.stream()).map(Source::new).toList();
    boolean compiled =
        compiler
            .getTask(
                null,
                null,
                problems,
                List.of("-d", directory.toString(), "-cp", directory.toString(), "-proc:none"),
                null,
                units)
            .call();
    assertTrue(compiled, () -> problems.getDiagnostics().toString());
    return ClassUse.readAll(directory);
  }

  private static final class Source extends SimpleJavaFileObject {
    private static int count;
    private final String text;

    Source(String text) {
      super(uri(text), Kind.SOURCE);
      this.text = text;
    }

    /** The file name that the compiler asks for: that of the public class. */
    private static URI uri(String text) {
      String name = text.replaceFirst("(?s).*?class (\\w+).*", "$1");
      return URI.create("memory:///" + count++ + "/" + name + ".java");
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
