package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.Gpu;
import io.jgpt.GpuMemory;
import io.jgpt.Gpus;
import io.jgpt.Options;
import io.jgpt.error.DeviceException;
import io.jgpt.error.JgptException;
import io.jgpt.error.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at the GPUs, their driver, and what a model would take of their memory. A machine without a
 * GPU is as it should be; a GPU that cannot be used is a note, since the CPU takes its place,
 * unless it was asked for: then the model does not load, and that is the problem.
 */
final class GpuExamination {

  private final Messages messages;
  private final Gpus gpus = Gpus.find();
  private final List<Check> checks = new ArrayList<>();
  private final Map<Gpu, GpuMemory> plans = new LinkedHashMap<>();

  GpuExamination(Invocation invocation, ModelOptions options) {
    this.messages = invocation.messages();
    gpus.problem().ifPresent(problem -> checks.add(note("gpu", problem)));
    if (gpus.driver().isPresent()) {
      driver(gpus.driver().get());
      Optional<Path> model = model(invocation, options);
      for (Gpu gpu : gpus.devices()) {
        device(gpu);
        if (gpu.problem().isEmpty() && model.isPresent()) {
          plan(gpu, model.get(), options.options(invocation));
        }
      }
      libraries();
    } else if (gpus.problem().isEmpty()) {
      checks.add(Check.ok("gpu", messages.text("doctor.gpu.none")));
    }
  }

  List<Check> checks() {
    return List.copyOf(checks);
  }

  /** Whether the model is there is looked at elsewhere. */
  private static Optional<Path> model(Invocation invocation, ModelOptions options) {
    try {
      return Optional.of(options.directory(invocation));
    } catch (CliException | ModelException e) {
      return Optional.empty();
    }
  }

  private void driver(String version) {
    String library = MachineFacts.loaded("libcuda.so").orElse("libcuda.so.1");
    checks.add(Check.ok("driver", messages.text("doctor.driver.is", version, library)));
  }

  private void device(Gpu gpu) {
    checks.add(
        gpu.problem()
            .map(problem -> note("gpu", problem))
            .orElseGet(() -> Check.ok("gpu", facts(gpu))));
  }

  private String facts(Gpu gpu) {
    return messages.text(
        "doctor.gpu.is",
        gpu.device(),
        gpu.name(),
        gpu.computeCapability(),
        gpu.multiprocessors(),
        ByteSize.text(gpu.memoryBytes()),
        ByteSize.text(gpu.freeBytes()),
        gpu.kernels().orElseThrow(),
        gpu.kernelsNeed().orElseThrow());
  }

  private void plan(Gpu gpu, Path model, Options options) {
    try {
      GpuMemory plan = gpu.memoryOf(model, options);
      plans.put(gpu, plan);
      checks.add(
          plan.shortage()
              .map(shortage -> note("plan", shortage))
              .orElseGet(() -> Check.ok("plan", arithmetic(gpu, plan))));
    } catch (DeviceException e) {
      checks.add(note("plan", e));
    } catch (ModelException e) {
      return; // told by whoever opens the model
    }
  }

  private String arithmetic(Gpu gpu, GpuMemory plan) {
    return messages.text(
        "doctor.plan.is",
        gpu.device(),
        plan.dtype().name().toLowerCase(Locale.ROOT),
        ByteSize.text(plan.weightBytes()),
        ByteSize.text(plan.activationBytes()),
        ByteSize.text(plan.stagingBytes()),
        ByteSize.text(plan.kvBytes()),
        plan.kvTokens(),
        ByteSize.text(plan.totalBytes()),
        ByteSize.text(plan.freeBytes()));
  }

  private void libraries() {
    checks.add(
        Check.ok(
            "libraries",
            gpus.libraries().isEmpty()
                ? messages.text("doctor.libraries.none")
                : String.join(", ", gpus.libraries())));
  }

  private Check note(String name, JgptException e) {
    return Check.note(name, e.message(messages.locale()));
  }

  /** The fields {@code cuda} and {@code devices}. */
  void write(JsonGenerator json) throws IOException {
    if (gpus.driver().isPresent()) {
      json.writeStringField("cuda", gpus.driver().get());
    } else {
      json.writeNullField("cuda");
    }
    json.writeArrayFieldStart("devices");
    for (Gpu gpu : gpus.devices()) {
      json.writeStartObject();
      write(json, gpu);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void write(JsonGenerator json, Gpu gpu) throws IOException {
    json.writeStringField("device", gpu.device());
    json.writeStringField("name", gpu.name());
    json.writeStringField("compute_capability", gpu.computeCapability());
    json.writeNumberField("multiprocessors", gpu.multiprocessors());
    json.writeNumberField("memory_bytes", gpu.memoryBytes());
    json.writeNumberField("free_bytes", gpu.freeBytes());
    json.writeBooleanField("usable", gpu.problem().isEmpty());
    if (gpu.kernels().isPresent()) {
      json.writeStringField("kernels", gpu.kernels().get());
      json.writeStringField("kernels_need_cuda", gpu.kernelsNeed().orElseThrow());
    }
    if (plans.containsKey(gpu)) {
      GpuMemory plan = plans.get(gpu);
      json.writeObjectFieldStart("plan");
      json.writeStringField("dtype", plan.dtype().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("max_context", plan.contextLength());
      json.writeNumberField("weight_bytes", plan.weightBytes());
      json.writeNumberField("activation_bytes", plan.activationBytes());
      json.writeNumberField("staging_bytes", plan.stagingBytes());
      json.writeNumberField("kv_bytes", plan.kvBytes());
      json.writeNumberField("kv_tokens", plan.kvTokens());
      json.writeBooleanField("fits", plan.shortage().isEmpty());
      json.writeEndObject();
    }
  }
}
