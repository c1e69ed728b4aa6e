package io.jgpt.agent.tool;

import java.util.List;

/** Asks the user, and waits. */
final class Ask implements Tool {

  private static final ToolSpec SPEC =
      new ToolSpec(
          "ask",
          "Asks the user something",
          List.of(Parameter.required("question", Parameter.Kind.QUESTION, "what to ask")),
          Effect.ASKS);

  @Override
  public ToolSpec spec() {
    return SPEC;
  }

  @Override
  public ToolResult call(Arguments arguments, ToolContext context) throws ToolException {
    String answer =
        context
            .questions()
            .ask(DisplayText.line(arguments.text("question")))
            .orElseThrow(() -> new ToolException("nobody answered"));
    return ToolResult.of(answer.strip());
  }

  @Override
  public List<String> sources(String observation) {
    return List.of(observation);
  }
}
