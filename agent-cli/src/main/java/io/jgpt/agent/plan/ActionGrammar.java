package io.jgpt.agent.plan;

import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.sampling.grammar.CodePoints;
import io.jgpt.sampling.grammar.Grammar;
import io.jgpt.sampling.grammar.TokenGrammar;
import io.jgpt.tokenizer.Tokenizer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a model may write as its next action: a thought or none, then a call of a tool or the
 * answer.
 *
 * <pre>
 * [think LINE end] ( act TOOL [VALUE (arg VALUE)*] end | finish ANSWER end )
 * </pre>
 *
 * <p>The texts in it are grammars made ready once per model. What is copied changes with a run's
 * goal and with what tools name, so that is made ready when a tool is chosen whose arguments are
 * copies, and only then: a grammar of whole actions would be ten times as large. For one thread.
 */
final class ActionGrammar {

  /** Longest thought, in tokens; those that are learnt from have a third of it. */
  static final int LONGEST_THOUGHT = 64;

  private static final CodePoints INK = CodePoints.PRINTABLE.minus(CodePoints.of(" \u00a0\u3000"));
  private static final CodePoints LINES = CodePoints.PRINTABLE.plus(CodePoints.of("\n\t"));

  private final ActionTokens tokens;
  private final Tokenizer tokenizer;
  private final int vocabulary;
  private final int[] endOfText;
  private final Function<Grammar, TokenGrammar> compiler;
  private final NumberTokens numberTokens;
  private final TokenGrammar line;
  private final TokenGrammar lines;
  private final TokenGrammar answer;
  private Optional<Step> last = Optional.empty();

  /**
   * @param vocabulary V of the model
   * @param endOfText what would end the model's text
   * @param compiler makes a grammar ready for the model's tokens
   */
  ActionGrammar(
      ActionTokens tokens,
      Tokenizer tokenizer,
      int vocabulary,
      int[] endOfText,
      Function<Grammar, TokenGrammar> compiler) {
    this.tokens = tokens;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.endOfText = endOfText.clone();
    this.compiler = compiler;
    this.numberTokens = new NumberTokens(tokenizer, vocabulary);
    this.line = compiler.apply(text(INK, CodePoints.PRINTABLE));
    this.lines = compiler.apply(text(LINES, LINES));
    this.answer = compiler.apply(text(INK, LINES));
  }

  private static Grammar text(CodePoints first, CodePoints others) {
    return Grammar.sequence(Grammar.anyOf(first), Grammar.repeat(Grammar.anyOf(others), 0));
  }

  ActionTokens tokens() {
    return tokens;
  }

  /** V of the model. */
  int vocabulary() {
    return vocabulary;
  }

  /** What would end the model's text. Not to be changed. */
  int[] endOfText() {
    return endOfText;
  }

  NumberTokens numberTokens() {
    return numberTokens;
  }

  /** Of thoughts, and of what is looked for or asked. */
  TokenGrammar line() {
    return line;
  }

  TokenGrammar answer() {
    return answer;
  }

  /**
   * What may be copied in the next step: what was made ready for the last one, if it is the same;
   * else what was found in the lines that both have is not looked for again.
   */
  Step step(List<String> sources) {
    if (!last.filter(step -> step.texts.equals(sources)).isPresent()) {
      Sources found =
          last.map(step -> new Sources(sources, step.sources))
              .orElseGet(() -> new Sources(sources));
      last = Optional.of(new Step(sources, found));
    }
    return last.orElseThrow();
  }

  /**
   * What may be copied in one step, and in those that follow while no tool names anything else;
   * made ready when it is first asked for. For one thread.
   */
  final class Step {

    private final List<String> texts;
    private final Sources sources;
    private final Map<Parameter.Kind, TokenGrammar> copies = new EnumMap<>(Parameter.Kind.class);
    private final Map<Parameter.Kind, Optional<Integer>> shortest =
        new EnumMap<>(Parameter.Kind.class);

    private Step(List<String> texts, Sources sources) {
      this.texts = List.copyOf(texts);
      this.sources = sources;
    }

    /**
     * What the model may write.
     *
     * @param without names of tools that it may not call
     * @param read what is known of numbers
     */
    ActionConstraint constraint(Set<String> without, Read read) {
      Map<Integer, ToolSpec> tools = new LinkedHashMap<>(tokens.tools());
      tools.values().removeIf(spec -> without.contains(spec.name()));
      return new ActionConstraint(ActionGrammar.this, this, tools, read);
    }

    /** The texts that an argument may be. */
    TokenGrammar value(Parameter parameter) {
      if (!Sources.areCopied(parameter.kind())) {
        return parameter.kind() == Parameter.Kind.TEXT ? lines : line;
      }
      return copies.computeIfAbsent(
          parameter.kind(), kind -> compiler.apply(sources.grammar(kind)));
    }

    /**
     * So many tokens are enough to complete a call behind the token of its tool; nothing if it
     * cannot be.
     */
    Optional<Integer> enough(List<Parameter> parameters) {
      return parameters.isEmpty() || !parameters.getFirst().required()
          ? Optional.of(1)
          : enough(parameters, 0);
    }

    /** As above, behind the token before that argument. */
    Optional<Integer> enough(List<Parameter> parameters, int argument) {
      return enough(parameters.get(argument))
          .flatMap(value -> enoughAfter(parameters, argument).map(rest -> value + rest));
    }

    /** As above, behind that argument. */
    Optional<Integer> enoughAfter(List<Parameter> parameters, int argument) {
      int next = argument + 1;
      return next < parameters.size() && parameters.get(next).required()
          ? enough(parameters, next).map(more -> 1 + more)
          : Optional.of(1);
    }

    private Optional<Integer> enough(Parameter parameter) {
      if (!Sources.areCopied(parameter.kind())) {
        return Optional.of(value(parameter).leastTokens());
      }
      // The shortest part as the tokenizer spells it: never fewer than the grammar would find, and
      // found without making it ready.
      return shortest.computeIfAbsent(
          parameter.kind(),
          kind -> sources.shortest(kind).map(part -> tokenizer.encode(part).length));
    }
  }
}
