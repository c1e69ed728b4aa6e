package io.jgpt.architecture;

import static io.jgpt.architecture.Rule.in;
import static io.jgpt.architecture.Rule.named;
import static io.jgpt.architecture.Rule.within;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What must never be, as the project agreed before there was code. */
final class Rules {

  private static final String CPU = "io.jgpt.engine.cpu";
  private static final String CUDA = "io.jgpt.engine.cuda";
  private static final String GEMM = CUDA + ".gemm";
  private static final String KERNEL = CUDA + ".kernel";
  private static final String DRIVER = CUDA + ".driver";
  private static final String TOOL = "io.jgpt.agent.tool";
  private static final String PROGRAM = "io.jgpt.agent.program";
  private static final String WEB = "io.jgpt.agent.web";
  private static final String MCP = "io.jgpt.agent.mcp";

  /** Jgpt's own classes above the engines. */
  private static final Predicate<String> ABOVE_ENGINES =
      in("io.jgpt").or(within("io.jgpt.scheduler", "io.jgpt.cli", "io.jgpt.agent"));

  /** How a process is ended, written to or configured behind its embedder's back. */
  private static final Predicate<String> PROCESS =
      named(
              "java.lang.System#exit",
              "java.lang.System#in",
              "java.lang.System#out",
              "java.lang.System#err",
              "java.lang.System#console",
              "java.lang.System#getProperty",
              "java.lang.System#getProperties",
              "java.lang.System#setProperty",
              "java.lang.System#getenv",
              "java.lang.Runtime#exit",
              "java.lang.Runtime#halt",
              "java.lang.Integer#getInteger",
              "java.lang.Long#getLong",
              "java.lang.Boolean#getBoolean",
              "java.lang.IO")
          // Named after whatever exception it is called on.
          .or(name -> name.endsWith("#printStackTrace"));

  /** The workspace on disk, and what it is made of. */
  private static final Predicate<String> FOLDER =
      named(
          TOOL + ".FolderWorkspace",
          TOOL + ".RootFolder",
          TOOL + ".FilePlace",
          TOOL + ".GuardedFiles");

  static final List<Rule> ALL =
      List.of(
          new Rule(
              "models, tokenizers, sampling and errors know no engine and nothing above one",
              within("io.jgpt.model", "io.jgpt.tokenizer", "io.jgpt.sampling", "io.jgpt.error"),
              within("io.jgpt.engine", "jcuda").or(ABOVE_ENGINES)),
          new Rule(
              "engines know nothing above them",
              within("io.jgpt.engine"),
              ABOVE_ENGINES.or(within("io.jgpt.tokenizer", "io.jgpt.sampling"))),
          new Rule("the engine interface knows no engine", in("io.jgpt.engine"), within(CPU, CUDA)),
          new Rule("the CPU engine knows no CUDA", within(CPU), within("jcuda", CUDA)),
          new Rule("the CUDA engine knows no CPU engine", within(CUDA), within(CPU)),
          new Rule(
              "only the driver package touches JCuda",
              within("io.jgpt").and(within(DRIVER).negate()),
              within("jcuda")),
          new Rule(
              "only the bindings call foreign functions",
              within("io.jgpt").and(in(CPU).or(in(DRIVER)).or(in("io.jgpt.trace")).negate()),
              named("java.lang.foreign.Linker", "java.lang.foreign.SymbolLookup")
                  .or(named("java.lang.System#load", "java.lang.System#loadLibrary"))),
          new Rule(
              "drivers and kernels know no model", within(DRIVER, KERNEL), within("io.jgpt.model")),
          new Rule(
              "below the CUDA engine: gemm, then kernel, then driver",
              within(DRIVER),
              within(KERNEL, GEMM).or(in(CUDA))),
          new Rule(
              "kernels know neither gemm nor engine", within(KERNEL), within(GEMM).or(in(CUDA))),
          new Rule(
              "the scheduler knows no concrete engine",
              within("io.jgpt.scheduler"),
              within(CPU, CUDA, "jcuda").or(in("io.jgpt"))),
          new Rule(
              "only the engine factory names engines",
              within("io.jgpt").and(within(CPU, CUDA).or(named("io.jgpt.EngineFactory")).negate()),
              within(CPU, CUDA)),
          new Rule(
              "only the command line ends, prints and reads settings of the process",
              within("io.jgpt").and(within("io.jgpt.cli").negate()),
              PROCESS),
          new Rule(
              "the runtime knows no command line and no agent",
              within("io.jgpt").and(within("io.jgpt.cli", "io.jgpt.agent").negate()),
              within("io.jgpt.cli", "io.jgpt.agent", "picocli")),
          new Rule(
              "command line and agent use the public facade",
              within("io.jgpt.cli", "io.jgpt.agent"),
              // EngineInfo is what the facade's ModelInfo says about the engine.
              within("io.jgpt.engine", "io.jgpt.scheduler")
                  .and(named("io.jgpt.engine.EngineInfo").negate())),
          new Rule(
              "the agent's loop knows no model, planner, log or store",
              in("io.jgpt.agent"),
              in("io.jgpt")
                  .or(
                      within(
                          "io.jgpt.agent.plan",
                          "io.jgpt.agent.log",
                          "io.jgpt.agent.recipe",
                          "io.jgpt.agent.table",
                          "io.jgpt.agent.store"))),
          new Rule(
              "the agent's tools know the JDK alone",
              within(TOOL),
              within("io.jgpt", "com", "org", "picocli", "jcuda").and(within(TOOL).negate())),
          new Rule(
              "only the folder behind the workspace touches files",
              within(TOOL).and(FOLDER.negate()),
              within("java.nio.file", "java.io")
                  .and(within("java.nio.file.attribute").negate())
                  .and(
                      named(
                              "java.io.IOException",
                              "java.io.UncheckedIOException",
                              "java.io.InputStream")
                          .negate())),
          new Rule(
              "tools start no program and open no connection",
              within(TOOL),
              within("java.net")
                  .or(named("java.lang.Process", "java.lang.ProcessBuilder", "java.lang.Runtime"))),
          new Rule(
              "in the agent one package starts programs, but for the keyring's",
              within("io.jgpt.agent")
                  .and(within(PROGRAM).negate())
                  .and(named("io.jgpt.agent.store.SecretTool").negate()),
              named("java.lang.ProcessBuilder", "java.lang.Runtime#exec")),
          new Rule(
              "what turns tools on is known without the libraries that they are made of",
              within("io.jgpt")
                  .and(
                      within(WEB, MCP)
                          .and(named(WEB + ".FetchRules", MCP + ".ServerRules").negate())
                          .negate()),
              within(
                  "okhttp3", "org.jsoup", "io.modelcontextprotocol", "reactor", "tools.jackson")),
          new Rule(
              "programs, pages and servers know tools, JSON and nothing else of the agent",
              within(PROGRAM, WEB, MCP),
              within("io.jgpt")
                  .and(within(TOOL, PROGRAM, WEB, MCP, "io.jgpt.agent.json").negate())),
          new Rule(
              "only the sealer knows Tink",
              within("io.jgpt").and(named("io.jgpt.agent.store.TinkSealer").negate()),
              within("com.google.crypto")),
          new Rule(
              "Java does not ask whether it runs on the simulator",
              within("io.jgpt"),
              name -> name.startsWith("\"") && name.toLowerCase(Locale.ROOT).contains("cudasim")));

  private Rules() {}
}
