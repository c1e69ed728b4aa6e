package io.jgpt.cli;

import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.error.JgptException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which model, and where and how it runs. */
final class ModelOptions {

  private static final String AUTO = "auto";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME",
      converter = Values.Model.class)
  private Optional<String> model = Optional.empty();

  @Option(names = "--device", paramLabel = "DEVICE", converter = Values.DeviceName.class)
  private Optional<String> device = Optional.empty();

  @Option(names = "--dtype", paramLabel = "TYPE", converter = Values.DTypeName.class)
  private Optional<String> dtype = Optional.empty();

  @Option(names = "--threads", paramLabel = "N", converter = Values.Threads.class)
  private Optional<Integer> threads = Optional.empty();

  @Option(names = "--max-context", paramLabel = "N", converter = Values.Count.class)
  private Optional<Integer> maxContext = Optional.empty();

  /** The model's directory. */
  Path directory(Invocation invocation) {
    return ModelName.locator(invocation).resolve(ModelName.asked(model, invocation));
  }

  /** The model as it was asked for by the option alone. */
  Optional<String> asked() {
    return model;
  }

  /** The model as it is asked for: by the option, else by the setting, else the bundled one. */
  String asked(Invocation invocation) {
    return ModelName.asked(model, invocation);
  }

  /** The names of those of these options that were given, but for that of the model. */
  List<String> given() {
    return Stream.of(
            device.map(d -> "--device"),
            dtype.map(d -> "--dtype"),
            threads.map(n -> "--threads"),
            maxContext.map(n -> "--max-context"))
        .flatMap(Optional::stream)
        .toList();
  }

  /** The same options for another model. */
  ModelOptions model(String name) {
    ModelOptions changed = copy();
    changed.model = Optional.of(name);
    return changed;
  }

  /** The same options, computing in {@code dtype}. */
  ModelOptions dtype(String dtype) {
    ModelOptions changed = copy();
    changed.dtype = Optional.of(dtype);
    return changed;
  }

  private ModelOptions copy() {
    var copy = new ModelOptions();
    copy.model = model;
    copy.device = device;
    copy.dtype = dtype;
    copy.threads = threads;
    copy.maxContext = maxContext;
    return copy;
  }

  /** Loads the model and shows its warnings; the caller closes it. */
  LanguageModel open(Invocation invocation) {
    Messages messages = invocation.messages();
    return open(
        invocation,
        warning -> invocation.diagnostics().warning(warning.message(messages.locale())));
  }

  /** Loads the model; the caller closes it. */
  LanguageModel open(Invocation invocation, Consumer<JgptException> warnings) {
    Diagnostics diagnostics = invocation.diagnostics();
    Messages messages = invocation.messages();
    Options options = options(invocation).warnings(warnings);
    Path directory = directory(invocation);
    diagnostics.status().show(messages.text("status.loading", ModelName.asked(model, invocation)));
    LanguageModel opened = LanguageModel.open(directory, options);
    diagnostics.status().clear();
    int context = opened.info().contextLength();
    if (maxContext.orElse(0) > context) {
      diagnostics.warning(messages.text("warning.context", maxContext.get(), context));
    }
    return opened;
  }

  /** The options that a model is opened with, without anybody to hear warnings. */
  Options options(Invocation invocation) {
    Settings settings = invocation.settings();
    Messages messages = invocation.messages();
    String deviceName =
        device
            .or(() -> settings.get("JGPT_DEVICE", new Values.DeviceName(), messages))
            .orElse(AUTO);
    String dtypeName =
        dtype.or(() -> settings.get("JGPT_DTYPE", new Values.DTypeName(), messages)).orElse(AUTO);
    Options options =
        Options.device(deviceName)
            .dtype(dtypeName)
            .threads(threads.orElse(0))
            .cacheDirectory(invocation.home().resolve("weights"));
    return maxContext.isPresent() ? options.maxContext(maxContext.get()) : options;
  }
}
