package io.jgpt.cli;

import io.jgpt.error.DeviceException;
import io.jgpt.error.InputException;
import io.jgpt.error.JgptException;
import io.jgpt.error.ModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;

/** From what went wrong to one line on standard error and an exit code. */
final class Failures {

  private final Messages messages;
  private final Diagnostics diagnostics;
  private final FaultReport report;
  private final List<String> secrets;
  private final boolean debug;

  private Failures(Invocation invocation, FaultReport report, boolean debug) {
    this.messages = invocation.messages();
    this.diagnostics = invocation.diagnostics();
    this.report = report;
    this.secrets = invocation.settings().secrets();
    this.debug = debug;
  }

  /**
   * @param arguments not parsed yet: what goes wrong there is told here too
   */
  static Failures of(Invocation invocation, List<String> arguments) {
    var report = new FaultReport(invocation.home(), arguments);
    return new Failures(invocation, report, arguments.contains("--debug"));
  }

  /** Tells what went wrong; returns the exit code. */
  int tell(Throwable failure) {
    diagnostics.status().clear();
    ExitCode code =
        switch (failure) {
          case Output.WriteException e when e.closedPipe() -> ExitCode.DONE;
          case Output.WriteException e -> tell("error.output", reason((IOException) e.getCause()));
          case CommandLine.ParameterException e -> {
            diagnostics.error(new UsageErrors(messages).describe(e));
            yield ExitCode.USAGE;
          }
          case CliException e -> {
            diagnostics.error(e.message(messages));
            yield e.code();
          }
          case JgptException e -> {
            diagnostics.error(e.message(messages.locale()));
            yield code(e);
          }
          case OutOfMemoryError _ -> {
            long heap = Runtime.getRuntime().maxMemory() >> 20;
            diagnostics.error(messages.text("error.heap", heap));
            yield ExitCode.DEVICE;
          }
          default -> fault(failure);
        };
    if (debug && code != ExitCode.DONE) {
      diagnostics.write(trace(failure));
    }
    return code.value();
  }

  private ExitCode tell(String key, Object... arguments) {
    diagnostics.error(messages.text(key, arguments));
    return ExitCode.FAULT;
  }

  private ExitCode fault(Throwable failure) {
    String what = withoutSecrets(failure.toString());
    try {
      return tell("error.fault", what, report.write(trace(failure)));
    } catch (IOException e) {
      return tell("error.fault.unwritten", what, reason(e));
    }
  }

  private static ExitCode code(JgptException failure) {
    return switch (failure) {
      case ModelException _ -> ExitCode.MODEL;
      case DeviceException _ -> ExitCode.DEVICE;
      case InputException _ -> ExitCode.INPUT;
    };
  }

  private String trace(Throwable failure) {
    var trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    return withoutSecrets(trace.toString());
  }

  /** An exception may quote what it was given, and a report is made to be sent. */
  private String withoutSecrets(String text) {
    return secrets.stream().reduce(text, (rest, secret) -> rest.replace(secret, "..."));
  }

  /** Why a file operation failed, in a few words. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
