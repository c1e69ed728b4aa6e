package io.jgpt.agent.plan;

import io.jgpt.Generation;
import io.jgpt.GenerationSession;
import io.jgpt.LanguageModel;
import io.jgpt.ModelInfo;
import io.jgpt.Token;
import io.jgpt.agent.AgentState;
import io.jgpt.agent.Call;
import io.jgpt.agent.Planner;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.PlannerException.Fault;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.Provenance;
import io.jgpt.agent.TokenSink;
import io.jgpt.agent.tool.Limits;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.TokenConstraint;
import io.jgpt.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A model that was trained to act plans in this process. What it writes is an action by grammar:
 * the tools there are, with as many arguments as they take, names that stand in the goal or in what
 * a tool said itself, and no longer number than it has read. The run is its prompt; what is the
 * same as at the step before is not computed again. For one thread.
 */
public final class LocalPlanner implements Planner {

  /**
   * Code points of an observation that the bundled model was trained with, for {@link #TRAINED}.
   */
  private static final int OBSERVATION = 240;

  private static final int TRAINED = 512;

  /** Of the context, the part that stays free for an action where the run is too long. */
  private static final int FREE = 3;

  /**
   * How it plans.
   *
   * @param temperature 0 takes the most probable action
   * @param seed of what is drawn at a temperature above 0
   * @param grammar false lets the model write what it likes, and what is no action ends the run
   */
  public record Manner(double temperature, long seed, boolean grammar) {

    /** The most probable action, by the grammar. */
    public static final Manner USUAL = new Manner(0, 0, true);
  }

  private final LanguageModel model;
  private final Toolbox tools;
  private final Manner manner;
  private final ActionTokens tokens;
  private final ActionFormat format;
  private final ActionGrammar grammar;
  private final GenerationSession session;

  /**
   * Plans with a model, which stays the caller's and is closed later than this.
   *
   * @param model one that lacks nothing ({@link #missing})
   */
  public LocalPlanner(LanguageModel model, Toolbox tools, Manner manner) {
    Tokenizer tokenizer = model.tokenizer().orElseThrow();
    ModelInfo info = model.info();
    this.model = model;
    this.tools = tools;
    this.manner = manner;
    this.tokens = ActionTokens.of(tokenizer, tools.specs());
    this.format = new ActionFormat(tokenizer, tokens);
    this.grammar =
        new ActionGrammar(
            tokens, tokenizer, info.config().vocabSize(), endOfText(info), model::constrain);
    this.session = model.newSession();
  }

  /** The tokens that a model lacks to act, as its vocabulary would spell them. */
  public static List<String> missing(LanguageModel model) {
    return ActionTokens.missing(model.tokenizer());
  }

  private static int[] endOfText(ModelInfo info) {
    return info.generationConfig().eosTokenIds().stream()
        .mapToInt(Integer::intValue)
        .filter(id -> id >= 0 && id < info.config().vocabSize())
        .toArray();
  }

  /** Observations as long as the context has room for several. */
  @Override
  public Limits limits() {
    long length = (long) OBSERVATION * context() / TRAINED;
    int most = Limits.STANDARD.observation();
    return Limits.STANDARD.withObservation(Math.clamp(length, Limits.SHORTEST, most));
  }

  private int context() {
    return model.info().contextLength();
  }

  /** Tokens of a prompt. */
  private int most() {
    return context() - context() / FREE;
  }

  @Override
  public Proposal next(AgentState state, TokenSink live)
      throws PlannerException, InterruptedException {
    int[] prompt = format.prompt(state, most());
    if (prompt.length > most()) {
      throw new PlannerException(
          Fault.GOAL_LENGTH, model.info().name(), prompt.length + " > " + most());
    }
    return manner.grammar ? byGrammar(state, prompt, live) : freely(state, prompt, live);
  }

  private Proposal byGrammar(AgentState state, int[] prompt, TokenSink live)
      throws InterruptedException {
    ActionGrammar.Step step = grammar.step(Provenance.sources(state, tools));
    Read read = Read.of(state);
    Set<Call> masked = state.masked();
    Set<String> without = new HashSet<>();
    int[] told = prompt;
    int spent = 0;
    while (true) {
      int[] ids = write(state, told, () -> step.constraint(without, read), live);
      spent += told.length + ids.length;
      Proposal proposal = format.proposal(ids, spent).orElseThrow();
      if (!(proposal instanceof Proposal.Act act && masked.contains(act.calls().getFirst()))) {
        return proposal;
      }
      live.accept("\n");
      Call call = act.calls().getFirst();
      int[] known = format.known(state, call);
      if (told.length + ids.length + known.length <= most() && !asked(ids, told, prompt.length)) {
        // Nothing has changed since: its outcome is known, and the model goes on from there.
        told = join(told, ids, known);
      } else {
        // It would lead nowhere: then something else, or an answer, and be it with a worse word.
        told = prompt;
        without.add(call.tool());
      }
    }
  }

  /** Whether the same was written before in this step, behind what is known of the run. */
  private static boolean asked(int[] ids, int[] told, int from) {
    for (int at = from; at + ids.length <= told.length; at++) {
      if (Arrays.equals(told, at, at + ids.length, ids, 0, ids.length)) {
        return true;
      }
    }
    return false;
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  private Proposal freely(AgentState state, int[] prompt, TokenSink live)
      throws InterruptedException {
    int vocabulary = model.info().config().vocabSize();
    int[] ends = endOfText(model.info());
    int[] ids = write(state, prompt, () -> new EndOfAction(tokens, vocabulary, ends), live);
    int spent = prompt.length + ids.length;
    return format
        .proposal(ids, spent)
        .orElseGet(() -> new Proposal.GiveUp("", "the model wrote no action", spent));
  }

  /** What the model writes behind a prompt; its thought and its answer are heard. */
  private int[] write(
      AgentState state,
      int[] prompt,
      Supplier<? extends TokenConstraint> constraint,
      TokenSink live)
      throws InterruptedException {
    Sampling sampling =
        Sampling.neutral()
            .temperature(manner.temperature)
            .seed(
                manner.seed + state.actions()) // another draw at each step, the same when replayed
            .maxTokens(context() - prompt.length)
            .ignoreEos(true) // the constraint knows the end
            .constraint(constraint);
    List<Integer> ids = new ArrayList<>();
    boolean heard = false;
    try (Generation generation = session.generate(prompt, sampling)) {
      for (Token token : generation) {
        ids.add(token.id());
        if (heard && !token.text().isEmpty()) {
          live.accept(token.text());
        }
        heard = heard ? token.id() != tokens.end() : isHeard(token.id());
      }
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  private boolean isHeard(int id) {
    return id == tokens.think() || id == tokens.finish();
  }

  @Override
  public void close() {
    session.close();
  }
}
