package io.jgpt.agent.plan;

import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.sampling.TokenConstraint;
import io.jgpt.sampling.grammar.TokenGrammar;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Keeps one step of a model to {@link ActionGrammar}: it knows where in an action the model is, and
 * inside a text the text's own grammar decides. Whatever its length, an action is whole.
 */
final class ActionConstraint implements TokenConstraint {

  /** What was begun last. */
  private enum Place {
    START,
    THOUGHT,
    AFTER_THOUGHT,
    TOOL,
    ARGUMENT,
    ANSWER,
    DONE
  }

  private final ActionGrammar grammar;
  private final ActionTokens tokens;
  private final ActionGrammar.Step step;
  private final Map<Integer, ToolSpec> tools;
  private final Read read;
  private final long[] mask;

  private Place place = Place.START;
  private int remaining = Integer.MAX_VALUE;

  /** The text that is being written; none where only special tokens may come. */
  private Optional<Writing> text = Optional.empty();

  /** Of an argument: the tool's parameters, which of them, and whether it has a token yet. */
  private List<Parameter> parameters = List.of();

  private int argument;
  private boolean begun;

  /**
   * @param tools those that may be called, by their tokens
   */
  ActionConstraint(
      ActionGrammar grammar, ActionGrammar.Step step, Map<Integer, ToolSpec> tools, Read read) {
    this.grammar = grammar;
    this.tokens = grammar.tokens();
    this.step = step;
    this.tools = tools;
    this.read = read;
    this.mask = new long[(grammar.vocabulary() + 63) >> 6];
  }

  @Override
  public void begin(int maxTokens) {
    remaining = maxTokens;
  }

  @Override
  public long[] mask() {
    Arrays.fill(mask, 0);
    if (isWriting()) {
      text.orElseThrow().mask(mask);
      for (int id : grammar.endOfText()) {
        mask[id >> 6] &= ~(1L << id); // a text ends with a token of ours
      }
    }
    for (int id : specials()) {
      mask[id >> 6] |= 1L << id;
    }
    return mask;
  }

  @Override
  public int forced() {
    int[] specials = specials();
    if (isWriting()) {
      return specials.length == 0 ? text.orElseThrow().forced() : NOT_FORCED;
    }
    return specials.length == 1 ? specials[0] : NOT_FORCED;
  }

  @Override
  public boolean isComplete() {
    return place == Place.DONE;
  }

  /** Whether a text is being written that can go on. */
  private boolean isWriting() {
    return text.isPresent() && !text.get().isComplete();
  }

  /** The special tokens that may come. */
  private int[] specials() {
    return switch (place) {
      case START ->
          fits(1 + grammar.line().leastTokens() + 1 + leastAnswer())
              ? IntStream.concat(IntStream.of(tokens.think()), Arrays.stream(heads())).toArray()
              : heads();
      case AFTER_THOUGHT -> heads();
      case TOOL -> tools.keySet().stream().mapToInt(id -> id).filter(this::fitsTool).toArray();
      case ARGUMENT -> behindArgument();
      case THOUGHT, ANSWER -> text.orElseThrow().mayEnd() ? new int[] {tokens.end()} : new int[0];
      case DONE -> new int[0];
    };
  }

  /** How an action begins. */
  private int[] heads() {
    remaining--; // as behind the token that says that a tool follows
    boolean mayAct = tools.keySet().stream().anyMatch(this::fitsTool);
    remaining++;
    return mayAct ? new int[] {tokens.act(), tokens.finish()} : new int[] {tokens.finish()};
  }

  private boolean fitsTool(int id) {
    Optional<Integer> enough = step.enough(tools.get(id).parameters());
    return enough.isPresent() && fits(1 + enough.get());
  }

  private boolean fits(int more) {
    return more <= remaining;
  }

  private int leastAnswer() {
    return 1 + grammar.answer().leastTokens() + 1;
  }

  private int[] behindArgument() {
    if (!begun) {
      return argument == 0 && !isRequired(0) ? new int[] {tokens.end()} : new int[0];
    }
    if (!text.orElseThrow().mayEnd()) {
      return new int[0];
    }
    if (isRequired(argument + 1)) {
      return new int[] {tokens.arg()};
    }
    boolean another =
        argument + 1 < parameters.size()
            && step.enough(parameters, argument + 1).filter(n -> fits(1 + n)).isPresent();
    return another ? new int[] {tokens.arg(), tokens.end()} : new int[] {tokens.end()};
  }

  private boolean isRequired(int index) {
    return index < parameters.size() && parameters.get(index).required();
  }

  @Override
  public void accept(int id) {
    if (Arrays.stream(specials()).noneMatch(special -> special == id)) {
      text.orElseThrow(() -> new IllegalArgumentException("token " + id + " is no action"))
          .accept(id);
      begun = true;
      remaining--;
      return;
    }
    remaining--;
    text = Optional.empty();
    begun = false;
    switch (place) {
      case START, AFTER_THOUGHT -> {
        if (id == tokens.think()) {
          place = Place.THOUGHT;
          write(
              grammar.line(),
              1 + leastAnswer(),
              ActionGrammar.LONGEST_THOUGHT,
              Optional.of(read.numbers()));
        } else if (id == tokens.finish()) {
          place = Place.ANSWER;
          write(grammar.answer(), 1, Integer.MAX_VALUE, read.numbersOfAnswer());
        } else {
          place = Place.TOOL;
        }
      }
      case THOUGHT -> place = Place.AFTER_THOUGHT;
      case TOOL -> {
        place = Place.ARGUMENT;
        parameters = tools.get(id).parameters();
        writeArgument(0);
      }
      case ARGUMENT -> {
        if (id == tokens.arg()) {
          writeArgument(argument + 1);
        } else {
          place = Place.DONE;
        }
      }
      case ANSWER -> place = Place.DONE;
      case DONE -> throw new IllegalStateException("the action is complete");
    }
  }

  private void writeArgument(int index) {
    argument = index;
    if (index < parameters.size()
        && step.enough(parameters, index).filter(this::fits).isPresent()) {
      Parameter parameter = parameters.get(index);
      int after = step.enoughAfter(parameters, index).orElseThrow();
      Optional<KnownNumbers> numbers =
          Sources.areCopied(parameter.kind()) ? Optional.empty() : Optional.of(read.numbers());
      write(step.value(parameter), after, parameter.kind().longest(), numbers);
    }
  }

  /**
   * Begins a text.
   *
   * @param after tokens that must have room behind it
   * @param most tokens that it has
   * @param numbers its longer ones; nothing if any, or if the grammar knows them
   */
  private void write(TokenGrammar what, int after, int most, Optional<KnownNumbers> numbers) {
    NumberTokens tokens = grammar.numberTokens();
    text =
        Optional.of(
            new Writing(
                what.get(),
                numbers.filter(n -> tokens.spellAll()),
                tokens,
                Math.min(most, remaining - after)));
  }
}
