package io.jgpt.cli;

import io.jgpt.agent.log.TamperedException;
import io.jgpt.agent.store.FeedbackCounts;
import io.jgpt.agent.store.ReleasedCounts;
import io.jgpt.agent.store.ReleasedCounts.Release;
import java.io.IOException;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jgpt privacy feedback}: how many answers were good, to be given out, with noise. */
@Command(name = "feedback", sortOptions = false)
final class PrivacyFeedback implements Callable<Integer> {

  private final Invocation invocation;

  @Option(names = "--epsilon", paramLabel = "E", converter = Values.Epsilon.class)
  private Optional<BigDecimal> epsilon = Optional.empty();

  @Option(names = "--renew")
  private boolean renew;

  @ArgGroup(validate = false, headingKey = "group.output")
  private JsonOption output = new JsonOption();

  @Mixin private CommonOptions common;

  PrivacyFeedback(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    try {
      List<Release> releases = releases(invocation.userData());
      if (output.isJson()) {
        print(releases);
      } else {
        write(releases);
      }
      return ExitCode.DONE.value();
    } catch (IOException e) {
      throw UserData.unreadable(invocation.state(), e);
    } catch (TamperedException e) {
      throw UserData.tampered(e);
    }
  }

  /** What was given out is given out again, unless what came since is to be added. */
  private List<Release> releases(UserData data) throws IOException, TamperedException {
    if (data.isThere()) {
      List<Release> before = data.released().read();
      if (!before.isEmpty() && !renew) {
        BigDecimal given = before.getLast().epsilon();
        if (epsilon.isPresent() && epsilon.get().compareTo(given) != 0) {
          throw CliException.usage("error.epsilon.given", epsilon.get(), given);
        }
        return before;
      }
    }
    BigDecimal chosen =
        epsilon.orElseThrow(() -> CliException.usage("error.missing.epsilon", "--epsilon"));
    return data.released().add(data.ratings(), chosen, new SecureRandom(), Instant.now());
  }

  private static BigDecimal largest(List<Release> releases) {
    return releases.stream().map(Release::epsilon).max(BigDecimal::compareTo).orElseThrow();
  }

  private void print(List<Release> releases) {
    FeedbackCounts counts = ReleasedCounts.total(releases);
    Json.print(
        invocation.output(),
        json -> {
          json.writeNumberField("good", counts.good());
          json.writeNumberField("bad", counts.bad());
          json.writeNumberField("commented", counts.commented());
          json.writeNumberField("epsilon", largest(releases));
          json.writeStringField("noise", "discrete Laplace, scale 1/epsilon");
          json.writeStringField("unit", "one rated answer");
          json.writeNumberField("sensitivity", 1);
          json.writeNumberField("releases", releases.size());
          json.writeStringField("as_of", releases.getLast().time().toString());
        });
  }

  private void write(List<Release> releases) {
    FeedbackCounts counts = ReleasedCounts.total(releases);
    invocation
        .output()
        .write(
            invocation
                .messages()
                .text(
                    "privacy.feedback",
                    counts.good(),
                    counts.bad(),
                    counts.commented(),
                    largest(releases),
                    releases.size(),
                    releases.getLast().time()));
  }
}
