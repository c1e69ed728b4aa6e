package io.jgpt.cli;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Event.Stop;
import io.jgpt.cli.terminal.SafeText;
import java.util.Locale;

/** Tells how runs ended; what came of them before that is shown as it happens. */
final class AgentReport {

  private final Invocation invocation;
  private final boolean json;

  /**
   * @param json whether standard output is for events alone
   */
  AgentReport(Invocation invocation, boolean json) {
    this.invocation = invocation;
    this.json = json;
  }

  /** Tells of one run; returns the exit code. */
  int of(AgentState end) {
    Stop stop = end.stop().orElseThrow();
    if (stop.reason() == Stop.Reason.ANSWERED) {
      return ExitCode.DONE.value();
    }
    if (!json) {
      end.lastGood()
          .ifPresent(good -> invocation.output().write(SafeText.shown(good.text()) + "\n"));
    }
    if (stop.reason() == Stop.Reason.CANCELLED) {
      invocation.diagnostics().note("agent.cancelled");
      return ExitCode.INTERRUPTED.value();
    }
    Messages messages = invocation.messages();
    String reason = messages.text("agent.stop." + stop.reason().name().toLowerCase(Locale.ROOT));
    String detail = stop.detail().isEmpty() ? "" : " (" + stop.detail() + ")";
    invocation.diagnostics().error(messages.text("error.agent.stopped", reason + detail));
    return ExitCode.STOPPED.value();
  }
}
