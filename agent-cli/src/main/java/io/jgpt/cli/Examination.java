package io.jgpt.cli;

import io.jgpt.LanguageModel;
import io.jgpt.ModelInfo;
import io.jgpt.agent.store.KeyException;
import io.jgpt.agent.store.StateKey;
import io.jgpt.error.DeviceException;
import io.jgpt.error.JgptException;
import io.jgpt.error.ModelException;
import io.jgpt.model.ModelLocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Looks at an installation, from the machine up to a running model. */
final class Examination {

  private final Invocation invocation;
  private final Messages messages;
  private final List<Check> checks = new ArrayList<>();

  Examination(Invocation invocation) {
    this.invocation = invocation;
    this.messages = invocation.messages();
  }

  List<Check> checks() {
    return List.copyOf(checks);
  }

  /** What needs no model. */
  void machine() {
    checks.add(
        Check.ok(
            "java",
            System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vendor")));
    String instructions = String.join(" ", MachineFacts.instructions());
    int usable = Runtime.getRuntime().availableProcessors();
    checks.add(
        Check.ok(
            "processor",
            messages.text("doctor.processor.is", MachineFacts.processor(), usable, instructions)));
    memory();
    characters();
    home();
    personalData();
  }

  private void memory() {
    long total = MachineFacts.totalMemory().orElse(0);
    long available = MachineFacts.availableMemory().orElse(0);
    if (total > 0) {
      checks.add(
          Check.ok(
              "memory",
              messages.text("doctor.memory.is", ByteSize.text(total), ByteSize.text(available))));
    }
  }

  private void characters() {
    String encoding = System.getProperty("sun.jnu.encoding");
    checks.add(
        encoding.equals("UTF-8")
            ? Check.ok("characters", encoding)
            : Check.note("characters", messages.text("doctor.characters.not", encoding)));
  }

  /** The nearest directory that exists must be writable: the rest is made when it is needed. */
  private void home() {
    Path home = invocation.home().toAbsolutePath();
    Path existing = home;
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    boolean usable = Files.isDirectory(existing) && Files.isWritable(existing);
    checks.add(
        usable
            ? Check.ok("home", home.toString())
            : Check.note("home", messages.text("doctor.home.not", home)));
  }

  /** What is kept about the user, and where its key is; nothing of it is opened. */
  private void personalData() {
    Path state = invocation.state();
    try {
      checks.add(Check.ok("privacy", KeyPlace.text(messages, state, StateKey.placeIn(state))));
    } catch (KeyException e) {
      checks.add(Check.note("privacy", UserData.failure(e).message(messages)));
    } catch (IOException e) {
      checks.add(Check.note("privacy", UserData.unreadable(state, e).message(messages)));
    }
  }

  /** Adds what somebody else has looked at. */
  void add(List<Check> more) {
    checks.addAll(more);
  }

  /** Which models are here. */
  void models() {
    List<ModelLocator.Found> found = ModelName.locator(invocation).list();
    if (found.isEmpty()) {
      Path place = invocation.home().resolve("models");
      checks.add(
          Check.problem("models", ExitCode.MODEL, messages.text("doctor.models.none", place)));
      return;
    }
    String names = found.stream().map(ModelLocator.Found::name).collect(Collectors.joining(", "));
    checks.add(Check.ok("models", names));
  }

  /** Loads the model and computes with it; with {@code verify} against its golden outputs. */
  void model(ModelOptions options, boolean verify) {
    try {
      Path directory = options.directory(invocation);
      try (LanguageModel model = options.open(invocation, this::engineNote)) {
        running(model.info(), directory);
      }
      if (verify) {
        verify(options, directory);
      }
    } catch (CliException e) {
      checks.add(Check.problem("golden", e.code(), e.message(messages)));
    } catch (ModelException e) {
      failed("model", ExitCode.MODEL, e);
    } catch (DeviceException e) {
      failed("engine", ExitCode.DEVICE, e);
    }
  }

  private void failed(String name, ExitCode code, JgptException e) {
    checks.add(Check.problem(name, code, e.message(messages.locale())));
  }

  private void engineNote(JgptException warning) {
    checks.add(Check.note("engine", warning.message(messages.locale())));
  }

  private void running(ModelInfo info, Path directory) {
    checks.add(
        Check.ok(
            "model",
            messages.text(
                "doctor.model.is",
                info.name(),
                ModelFacts.rounded(ModelFacts.parameters(info.config())),
                info.contextLength(),
                info.loadTime().toMillis(),
                directory.toAbsolutePath().normalize())));
    checks.add(
        Check.ok(
            "engine",
            messages.text(
                "doctor.engine.is",
                info.engine().description(),
                CompletionReport.dtype(info.engine()),
                ByteSize.text(info.engine().weightBytes()),
                ByteSize.text(info.engine().kvBytesPerToken() * info.contextLength()))));
  }

  private void verify(ModelOptions options, Path directory) {
    try (LanguageModel model = options.dtype("f32").open(invocation, _ -> {})) {
      GoldenOutputs golden =
          GoldenOutputs.read(directory.resolve("golden.json"), model.info().config().vocabSize());
      Verification verification = Verification.of(model, golden);
      checks.add(
          verification.passed()
              ? Check.ok(
                  "golden",
                  messages.text(
                      "doctor.golden.is",
                      golden.prompts().size(),
                      verification.tokens(),
                      verification.error()))
              : Check.problem(
                  "golden",
                  ExitCode.FAULT,
                  messages.text(
                      "doctor.golden.not",
                      verification.firstMismatch(),
                      verification.error(),
                      Verification.TOLERANCE)));
    }
  }
}
