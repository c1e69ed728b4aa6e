package io.jgpt.cli;

import io.jgpt.agent.store.KeyException;
import io.jgpt.agent.store.PersonalFiles;
import io.jgpt.agent.store.PersonalFiles.Kind;
import io.jgpt.agent.store.PersonalFiles.Size;
import io.jgpt.agent.store.StateKey;
import io.jgpt.cli.terminal.LineInput;
import io.jgpt.cli.terminal.LineInput.Entry;
import io.jgpt.cli.terminal.PlainLines;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code jgpt privacy erase [KIND...]}: deletes what is stored about the user; all of it, the key
 * too.
 */
@Command(name = "erase", sortOptions = false)
final class PrivacyErase implements Callable<Integer> {

  private static final Set<String> YES = Set.of("y", "yes", "是", "好", "可以");

  private final Invocation invocation;

  @Parameters(arity = "0..*", paramLabel = "KIND", descriptionKey = "kind")
  private List<String> names = List.of();

  @Option(names = "--yes")
  private boolean yes;

  @Mixin private CommonOptions common;

  PrivacyErase(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    Set<Kind> kinds = KindNames.read(names);
    var files = new PersonalFiles(invocation.state());
    try {
      if (!isAgreed(kinds)) {
        say("privacy.erase.kept");
      } else if (kinds.isEmpty()) {
        forgetKey();
        erased(messages().text("privacy.everything"), files.eraseAll());
      } else {
        for (Kind kind : kinds) {
          erased(name(kind), files.erase(kind));
        }
      }
      return ExitCode.DONE.value();
    } catch (IOException e) {
      throw UserData.unreadable(invocation.state(), e);
    }
  }

  private boolean isAgreed(Set<Kind> kinds) {
    if (yes) {
      return true;
    }
    Host host = invocation.host();
    if (host.inKind() != StreamKind.TERMINAL || host.errKind() != StreamKind.TERMINAL) {
      throw CliException.usage("error.erase.yes");
    }
    String what =
        kinds.isEmpty()
            ? messages().text("privacy.everything")
            : kinds.stream().map(this::name).collect(Collectors.joining(", "));
    invocation.diagnostics().write(messages().text("privacy.erase.ask", what));
    // The terminal itself shows what is typed.
    try (LineInput lines = new PlainLines(host.in(), shown -> {})) {
      return lines.read("") instanceof Entry.Typed typed
          && YES.contains(typed.text().strip().toLowerCase(Locale.ROOT));
    }
  }

  /** A key that stays in a keyring opens nothing any more: that is told, and no reason to stop. */
  private void forgetKey() throws IOException {
    try {
      StateKey.forget(invocation.state(), invocation.userData().keyring());
    } catch (KeyException e) {
      invocation.diagnostics().warning(UserData.failure(e).message(messages()));
    }
  }

  private void erased(String what, Size size) {
    if (size.files() == 0) {
      invocation.output().write(messages().text("privacy.erased.nothing", what) + "\n");
    } else {
      invocation
          .output()
          .write(messages().text("privacy.erased", what, size.files(), size.bytes()) + "\n");
    }
  }

  private String name(Kind kind) {
    return messages().text("privacy.kind." + KindNames.of(kind));
  }

  private Messages messages() {
    return invocation.messages();
  }

  private void say(String key) {
    invocation.output().write(messages().text(key) + "\n");
  }
}
