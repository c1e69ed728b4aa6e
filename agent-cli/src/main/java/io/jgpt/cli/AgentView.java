package io.jgpt.cli;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Event;
import io.jgpt.agent.Event.Action;
import io.jgpt.agent.Event.Answer;
import io.jgpt.agent.Event.Approval;
import io.jgpt.agent.Event.Input;
import io.jgpt.agent.Event.Instruction;
import io.jgpt.agent.Event.Observation;
import io.jgpt.agent.Event.Stop;
import io.jgpt.agent.Event.Thought;
import io.jgpt.agent.Watcher;
import io.jgpt.agent.json.JsonText;
import io.jgpt.agent.log.EventJson;
import io.jgpt.cli.terminal.SafeText;
import java.util.Locale;
import java.util.Map;

/**
 * Shows a run: what is done and what comes of it on standard error for whoever watches, and on
 * standard output the answer, or every event as JSON.
 *
 * <p>What comes from models, files and tools is shown behind a mark on every line, without control
 * characters: it cannot pose as a question of jgpt.
 */
final class AgentView implements Watcher {

  private static final int LONGEST = 2000;

  private final Invocation invocation;
  private final boolean json;
  private final StringBuilder live = new StringBuilder();

  AgentView(Invocation invocation, boolean json) {
    this.invocation = invocation;
    this.json = json;
  }

  @Override
  public void accept(String piece) {
    live.append(piece);
    invocation.diagnostics().status().show(text("agent.status.thinking"), live);
  }

  @Override
  public void happened(AgentState state, Event event) {
    live.setLength(0);
    if (json) {
      invocation.output().write(JsonText.write(EventJson.of(event)) + "\n");
      return;
    }
    switch (event) {
      case Input _, Approval _ -> {}
      case Instruction i -> {
        tell("agent.instruction", text("agent.kind." + i.kind().name().toLowerCase(Locale.ROOT)));
        work(state);
      }
      case Thought thought -> watch("  ~ ", cut(thought.text()));
      case Action action -> {
        watch("  > ", cut(call(action)));
        work(state);
      }
      case Observation observation -> {
        watch(observation.failed() ? "  ! " : "  = ", cut(observation.text()));
        work(state);
      }
      case Answer answer -> {
        tell("agent.done");
        prompt(text("agent.answer"));
        invocation.output().write(SafeText.shown(answer.text()) + "\n");
        if (!answer.notice().isEmpty()) {
          invocation.diagnostics().warning(answer.notice());
        }
      }
      case Event.Feedback _ -> {}
      case Stop _ -> invocation.diagnostics().status().clear();
    }
  }

  private void watch(String mark, String text) {
    invocation.diagnostics().watch(mark, text);
  }

  private void work(AgentState state) {
    invocation.diagnostics().status().show(text("agent.status.working", state.spent().steps() + 1));
  }

  /**
   * A call on one line: its name and the arguments, whole and quoted, so that none of them can pose
   * as another.
   */
  static String call(Action action) {
    StringBuilder line = new StringBuilder(SafeText.onOneLine(action.call().tool()));
    for (Map.Entry<String, String> argument : action.call().arguments().entrySet()) {
      line.append(line.isEmpty() ? "" : " ").append(SafeText.onOneLine(argument.getKey()));
      line.append('=').append(quoted(argument.getValue()));
    }
    return line.toString();
  }

  private static String quoted(String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return SafeText.onOneLine('"' + escaped + '"');
  }

  private static String cut(String text) {
    return text.length() <= LONGEST
        ? text
        : text.substring(0, LONGEST) + " … (" + (text.length() - LONGEST) + ")";
  }

  private void tell(String key, Object... arguments) {
    invocation.diagnostics().note(key, arguments);
  }

  private void prompt(String label) {
    invocation.diagnostics().label(label);
  }

  private String text(String key, Object... arguments) {
    return invocation.messages().text(key, arguments);
  }
}
