package io.jgpt.cli;

import io.jgpt.agent.Approver;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.mcp.Offer;
import io.jgpt.agent.tool.Questions;
import io.jgpt.cli.terminal.LineInput;
import io.jgpt.cli.terminal.LineInput.Entry;
import io.jgpt.cli.terminal.SafeText;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks the person at the terminal, or whoever wrote what the pipe brings. */
final class ConsoleApprover implements Approver, Questions, Offer.Asker {

  private final Invocation invocation;
  private final Supplier<LineInput> lines;
  private final Cancellation cancellation;

  /**
   * @param lines opened when the first question is asked
   */
  ConsoleApprover(Invocation invocation, Supplier<LineInput> lines, Cancellation cancellation) {
    this.invocation = invocation;
    this.lines = lines;
    this.cancellation = cancellation;
  }

  /** Agrees to everything but a target that nobody named: that is for a person. */
  static Approver agreeing(Messages messages) {
    return request ->
        request.unnamed().isEmpty()
            ? new Answer.Once()
            : new Answer.Deny(messages.text("agent.unnamed", request.unnamed().get()));
  }

  /** Accepts what the policy names, but not that a server says something else than before. */
  static Offer.Asker agreeing(Invocation invocation) {
    return offer -> {
      if (offer.changed()) {
        invocation
            .diagnostics()
            .warning(invocation.messages().text("warning.offer", offer.server(), offer.tool()));
      }
      return !offer.changed();
    };
  }

  @Override
  public boolean accepts(Offer offer) throws InterruptedException {
    String key = offer.changed() ? "agent.offer.changed" : "agent.offer";
    invocation.diagnostics().status().clear();
    invocation
        .diagnostics()
        .write(SafeText.onOneLine(text(key, offer.server(), offer.tool())) + "\n");
    quote("agent.offer.says", offer.description());
    while (true) {
      String answer =
          switch (read(text("agent.offer.prompt"))) {
            case Entry.Typed typed -> typed.text().strip().toLowerCase(Locale.ROOT);
            case Entry.End _ -> "n";
            case Entry.Interrupted _ -> throw new InterruptedException();
          };
      switch (answer) {
        case "y", "yes", "是", "好", "可以" -> {
          return true;
        }
        case "n", "no", "否", "不" -> {
          return false;
        }
        default -> show("agent.offer.words");
      }
    }
  }

  @Override
  public Answer ask(Request request) throws InterruptedException {
    quote("agent.approve.call", AgentView.call(request.action()));
    request
        .unnamed()
        .ifPresent(target -> invocation.diagnostics().quote("  ! ", text("agent.unnamed", target)));
    while (true) {
      String answer =
          switch (read(text("agent.approve.prompt"))) {
            case Entry.Typed typed -> typed.text().strip();
            case Entry.End _ -> "n";
            case Entry.Interrupted _ -> throw new InterruptedException();
          };
      String word = answer.split("[\\s:：,，]", 2)[0].toLowerCase(Locale.ROOT);
      switch (word) {
        case "y", "yes", "是", "好", "可以" -> {
          return new Answer.Once();
        }
        case "always", "总是", "始终" -> {
          if (request.unnamed().isEmpty()) {
            return new Answer.Always();
          }
          show("agent.approve.notAlways");
        }
        case "n", "no", "否", "不" -> {
          return new Answer.Deny(answer.substring(word.length()).replaceFirst("^[\\s:：,，]+", ""));
        }
        case "why", "为什么" -> explain(request);
        default -> show("agent.approve.words");
      }
    }
  }

  private void explain(Request request) {
    quote("agent.why.thought", request.thought().isBlank() ? "-" : request.thought());
    quote("agent.why.policy", request.reason().isBlank() ? "-" : request.reason());
    quote(
        "agent.why.always",
        text(
            "agent.why.scope",
            request.scope().tool(),
            String.join(", ", request.scope().target().values()),
            request.scope().workspace()));
  }

  @Override
  public Optional<String> ask(String question) {
    quote("agent.question", question);
    return switch (read(text("agent.question.prompt"))) {
      case Entry.Typed typed when !typed.text().isBlank() -> Optional.of(typed.text().strip());
      case Entry.Typed _, Entry.End _ -> Optional.empty();
      case Entry.Interrupted _ -> {
        cancellation.request();
        yield Optional.empty();
      }
    };
  }

  private Entry read(String prompt) {
    invocation.diagnostics().status().clear();
    return lines.get().ask(prompt);
  }

  /** What the planner or a tool says, behind what jgpt says about it. */
  private void quote(String label, String text) {
    invocation.diagnostics().quote(text(label), text.replace("\n", " "));
  }

  private void show(String key) {
    invocation.diagnostics().status().clear();
    invocation.diagnostics().write(text(key) + "\n");
  }

  private String text(String key, Object... arguments) {
    return invocation.messages().text(key, arguments);
  }
}
