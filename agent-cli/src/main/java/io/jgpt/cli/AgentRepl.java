package io.jgpt.cli;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Feedback.Rating;
import io.jgpt.agent.PlannerException;
import io.jgpt.cli.terminal.LineInput;
import io.jgpt.cli.terminal.LineInput.Entry;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Takes one goal after the other, and what the user thinks of the answers. */
final class AgentRepl {

  /** What stands for itself; anything else is a goal. */
  static final List<String> WORDS = List.of("/good", "/bad", "/comment", "/help", "/quit");

  private final Invocation invocation;
  private final AgentRuns runs;
  private final LineInput lines;
  private boolean answered;

  AgentRepl(Invocation invocation, AgentRuns runs, LineInput lines) {
    this.invocation = invocation;
    this.runs = runs;
    this.lines = lines;
  }

  /**
   * Until the user has enough.
   *
   * @param manner of one run, which a cancellation stops
   * @param report tells how a run ended; gives its exit code
   * @return the exit code: that of the last run
   */
  int run(Function<Cancellation, AgentRuns.Manner> manner, ToIntFunction<AgentState> report) {
    int code = ExitCode.DONE.value();
    while (true) {
      switch (lines.read(invocation.messages().text("agent.prompt"))) {
        case Entry.End _ -> {
          return code;
        }
        case Entry.Interrupted _ -> {}
        case Entry.Typed typed -> {
          String text = typed.text().strip();
          if (text.equals("/quit")) {
            return code;
          }
          if (text.startsWith("/")) {
            command(text);
          } else if (!text.isEmpty()) {
            code = work(text, manner, report);
            if (invocation.interruption().requested()) {
              return code;
            }
            if (code == ExitCode.INTERRUPTED.value()) {
              code = ExitCode.DONE.value(); // the run was given up, not the program
            }
          }
        }
      }
    }
  }

  private int work(
      String goal,
      Function<Cancellation, AgentRuns.Manner> manner,
      ToIntFunction<AgentState> report) {
    var cancellation = new Cancellation();
    invocation.interruption().onInterrupt(cancellation::request);
    lines.onInterrupt(cancellation::request);
    try {
      AgentState end = runs.begin(goal, manner.apply(cancellation));
      answered = true;
      return report.applyAsInt(end);
    } catch (PlannerException e) {
      CliException failure = AgentRuns.failed(e);
      invocation.diagnostics().error(failure.message(invocation.messages()));
      return failure.code().value();
    }
  }

  private void command(String text) {
    String[] words = text.split("\\s+", 2);
    String rest = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "/good" -> feedback(Rating.GOOD, rest);
      case "/bad" -> feedback(Rating.BAD, rest);
      case "/comment" -> feedback(Rating.NONE, rest);
      default -> say("agent.help");
    }
  }

  private void feedback(Rating rating, String comment) {
    if (!answered) {
      say("agent.feedback.nothing");
      return;
    }
    runs.feedback(new Feedback(rating, comment));
    say("agent.feedback.stored");
  }

  private void say(String key) {
    invocation.diagnostics().write(invocation.messages().text(key) + "\n");
  }
}
