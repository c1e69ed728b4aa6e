package io.jgpt.cli;

import io.jgpt.agent.log.PrivateFiles;
import io.jgpt.agent.store.PersonalFiles.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jgpt privacy export FILE}: all that is stored about the user, readable. */
@Command(name = "export", sortOptions = false)
final class PrivacyExport implements Callable<Integer> {

  private static final String STANDARD_OUTPUT = "-";

  private final Invocation invocation;

  @Parameters(paramLabel = "FILE", descriptionKey = "file")
  private String name;

  @Option(names = "--force")
  private boolean force;

  @Mixin private CommonOptions common;

  PrivacyExport(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    var document = new UserDocument(invocation);
    document.read(EnumSet.allOf(Kind.class));
    if (name.equals(STANDARD_OUTPUT)) {
      invocation.output().write(document.text());
    } else {
      save(document.text());
      invocation.diagnostics().note("privacy.exported", name);
    }
    return ExitCode.DONE.value();
  }

  private void save(String text) {
    try {
      Path file = invocation.host().directory().resolve(name);
      PrivateFiles.save(file, text.getBytes(StandardCharsets.UTF_8), force);
    } catch (FileAlreadyExistsException e) {
      throw new CliException(e, ExitCode.INPUT, "error.file.exists", name);
    } catch (InvalidPathException e) {
      throw new CliException(e, ExitCode.INPUT, "error.file.name", name);
    } catch (IOException e) {
      throw new CliException(e, ExitCode.FAULT, "error.file.unwritable", name, Failures.reason(e));
    }
  }
}
