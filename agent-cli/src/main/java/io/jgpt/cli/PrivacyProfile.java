package io.jgpt.cli;

import io.jgpt.agent.store.Profile;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code jgpt privacy profile [NAME=VALUE...]}: what the user says about themselves. */
@Command(name = "profile", sortOptions = false)
final class PrivacyProfile implements Callable<Integer> {

  private final Invocation invocation;

  @Parameters(arity = "0..*", paramLabel = "NAME=VALUE", descriptionKey = "assignment")
  private List<String> assignments = List.of();

  @Mixin private CommonOptions common;

  PrivacyProfile(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    UserData data = invocation.userData();
    Profile profile = assignments.isEmpty() ? data.profile() : data.changeProfile(this::changed);
    Messages messages = invocation.messages();
    String list = ProfileFields.list(messages, profile);
    invocation.output().write(list.isEmpty() ? messages.text("profile.none") + "\n" : list);
    return ExitCode.DONE.value();
  }

  private Profile changed(Profile before) {
    Profile profile = before;
    for (String assignment : assignments) {
      profile = ProfileFields.with(profile, assignment);
    }
    return profile;
  }
}
