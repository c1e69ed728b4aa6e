package io.jgpt.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.agent.Call;
import io.jgpt.agent.Proposal;
import io.jgpt.agent.tool.MemoryWorkspace;
import io.jgpt.agent.tool.Parameter;
import io.jgpt.agent.tool.ToolSpec;
import io.jgpt.agent.tool.Toolbox;
import io.jgpt.sampling.TokenConstraint;
import io.jgpt.sampling.grammar.GrammarCompiler;
import io.jgpt.sampling.grammar.Vocabulary;
import io.jgpt.testing.ActingModel;
import io.jgpt.testing.ToolContexts;
import io.jgpt.tokenizer.Tokenizer;
import io.jgpt.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The constraint against whatever can be written under it, drawn token by token. */
final class ActionConstraintTest {

  private static final int END_OF_TEXT = 256;
  private static final List<String> SOURCES =
      List.of("Write 17*23 to 笔记.txt, then 3.5 km", "a.txt\ndata.txt");

  /** Goals, some with what tools said, that have more in them than values. */
  private static final List<List<String>> HOSTILE =
      List.of(
          List.of("No hurry. Convert 3.5km, or 12 miles., to m. 谢谢。", "3500"),
          List.of("把a.text里的3公里换算成米，写到笔记.txt。不着急……", "3,000", "2026 plan.txt\nreports/"),
          List.of("读../../x.txt，再看 .env 和~/b.md；4/0*(2+3)-7^2是多少？"),
          List.of("Until next Friday, or in 3 days; not 'No hurry.' - 5月1日后天 (17*(4) % 3 = ?"),
          List.of("% ^ )( ... .. . ,,, --- 1e5 $HOME/x \\ \"; rm -rf /\" 2 + + 2 K 度。", "…", "-40"),
          List.of("甲乙丙丁戊己庚辛".repeat(14) + " \u202etxt.a \u200b 三天前的一半 8 的平方根 km/h"));

  /**
   * What tools answer to what they can read: also that there is no such file, number or amount, and
   * that a path is none of theirs.
   */
  private static final Pattern TAKEN =
      Pattern.compile(
          "(?!error).*|error: (no file .*|.* is (not )?a folder|.* is below a file|.* already exists"
              + "|the workspace itself .*|outside the workspace: .*|hidden files are .*"
              + "|~, \\$ and \\\\ mean nothing in a path: .*|.* is [a-z]+, .* is [a-z]+"
              + "|division by zero|the number is too .*|the exponent .*|.*(nobody|answer).*|no notes?.*)");

  /** Of numbers. */
  private static final Read READ =
      new Read(new KnownNumbers(List.of("Write 17*23, then 3.5 km", "391", "4.366666667")), false);

  /** Least tokens of any action: finish, a character, end. */
  private static final int LEAST = 3;

  @TempDir static Path directory;
  private static Tokenizer tokenizer;
  private static ActionGrammar grammar;
  private static ActionFormat format;

  @BeforeAll
  static void makeReady() {
    tokenizer = Tokenizers.find(ActingModel.write(directory, 1)).orElseThrow();
    ActionTokens tokens = ActionTokens.of(tokenizer, Toolbox.standard().specs());
    int v = tokenizer.vocabSize();
    grammar =
        new ActionGrammar(
            tokens,
            tokenizer,
            v,
            new int[] {END_OF_TEXT},
            new GrammarCompiler(new Bytes(tokenizer))::compile);
    format = new ActionFormat(tokenizer, tokens);
  }

  private record Bytes(Tokenizer tokenizer) implements Vocabulary {
    @Override
    public int size() {
      return tokenizer.vocabSize();
    }

    @Override
    public int contexts() {
      return 1;
    }

    @Override
    public byte[] bytes(int id, int context) {
      return tokenizer.addedBytes(id, context);
    }

    @Override
    public int contextAfter(int id, int context) {
      return 0;
    }

    @Override
    public int[] endOfText() {
      return new int[] {END_OF_TEXT};
    }
  }

  private static List<Integer> allowed(TokenConstraint constraint) {
    long[] mask = constraint.mask();
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      if ((mask[id >> 6] >>> id & 1) != 0) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** Writes at random; a special token, where one may come, half of the time. */
  private static int[] write(ActionConstraint constraint, Random random, int most) {
    return write(constraint, random, most, tokenizer::isSpecial);
  }

  /** Writes at random; one of the favoured tokens, where one may come, half of the time. */
  private static int[] write(
      ActionConstraint constraint, Random random, int most, IntPredicate favoured) {
    constraint.begin(most);
    List<Integer> ids = new ArrayList<>();
    while (!constraint.isComplete()) {
      assertTrue(ids.size() < most, "longer than it may be");
      int id = constraint.forced();
      List<Integer> allowed = allowed(constraint);
      assertFalse(allowed.isEmpty(), "a dead end");
      assertFalse(allowed.contains(END_OF_TEXT));
      if (id == TokenConstraint.NOT_FORCED) {
        List<Integer> wanted = allowed.stream().filter(favoured::test).toList();
        List<Integer> among = wanted.isEmpty() || random.nextBoolean() ? allowed : wanted;
        id = among.get(random.nextInt(among.size()));
      }
      assertTrue(allowed.contains(id));
      constraint.accept(id);
      ids.add(id);
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void whateverIsWrittenIsAProposalWhoseNamesAreWholePartsOfTheSources() {
    Set<String> tools = new HashSet<>();
    int thoughts = 0;
    int copied = 0;
    for (int seed = 0; seed < 1500; seed++) {
      var random = new Random(seed);
      int most = LEAST + random.nextInt(seed % 2 == 0 ? 12 : 200);
      int[] ids = write(grammar.step(SOURCES).constraint(Set.of(), READ), random, most);
      Proposal proposal = format.proposal(ids, 0).orElseThrow();
      thoughts += proposal.thought().isEmpty() ? 0 : 1;
      if (proposal instanceof Proposal.Act(String thought, List<Call> calls, int spent)) {
        Call call = calls.getFirst();
        tools.add(call.tool());
        ToolSpec spec = Toolbox.standard().find(call.tool()).orElseThrow().spec();
        assertTrue(call.arguments().size() >= spec.required(), call::toString);
        for (Parameter parameter : spec.parameters()) {
          String value = call.arguments().get(parameter.name());
          if (value != null && parameter.kind().isSpan()) {
            assertTrue(isWhole(value), value);
            copied++;
          }
        }
      }
    }
    assertEquals(Toolbox.standard().specs().size() - 1, tools.size(), tools::toString);
    assertTrue(thoughts > 100 && copied > 100, thoughts + " thoughts, " + copied + " copies");
  }

  private static boolean isWhole(String value) {
    Predicate<String> cutsAWord =
        source -> {
          int at = source.indexOf(value);
          int end = at + value.length();
          return at < 0
              || (at > 0 && isLatin(source.charAt(at - 1)) && isLatin(source.charAt(at)))
              || (end < source.length()
                  && isLatin(source.charAt(end - 1))
                  && isLatin(source.charAt(end)));
        };
    return !value.isBlank()
        && value.equals(value.strip())
        && SOURCES.stream().flatMap(String::lines).anyMatch(cutsAWord.negate());
  }

  private static boolean isLatin(char c) {
    return c < 0x100 && Character.isLetter(c);
  }

  @Test
  void whatWasComputedBeforeCanBeCopied() {
    String action = "<|act|><|read|>data.txt<|end|>";
    assertTrue(isAllowed(action, SOURCES));
    assertFalse(isAllowed(action, List.of(SOURCES.getFirst())));
    assertFalse(isAllowed("<|act|><|read|>ata.txt<|end|>", SOURCES));
    assertFalse(isAllowed("<|act|><|read|>a.txt\ndata.txt<|end|>", SOURCES));
    assertTrue(isAllowed("<|act|><|convert|>391<|arg|>km<|arg|>km<|end|>", List.of("km", "391")));
  }

  @Test
  void aDayMayBeCountedTo() {
    List<String> goal = List.of("How long is it to 5月1日, or to next Friday?");
    assertTrue(isAllowed("<|act|><|date|>next Friday<|end|>", goal));
    assertTrue(isAllowed("<|act|><|date|>until next Friday<|end|>", goal));
    assertTrue(isAllowed("<|act|><|date|>到5月1日<|end|>", goal));
    assertFalse(isAllowed("<|act|><|date|>to next Friday<|end|>", goal));
    assertFalse(isAllowed("<|act|><|date|>until until Friday<|end|>", List.of("until Friday")));
  }

  @Test
  void whateverIsCopiedIsWhatItsToolCanRead() {
    Set<String> tools = new HashSet<>();
    int copied = 0;
    try (var workspace = new MemoryWorkspace()) {
      for (int seed = 0; seed < 1500; seed++) {
        List<String> sources = HOSTILE.get(seed % HOSTILE.size());
        int[] ids = write(grammar.step(sources).constraint(Set.of(), READ), new Random(seed), 200);
        if (format.proposal(ids, 0).orElseThrow() instanceof Proposal.Act act) {
          Call call = act.calls().getFirst();
          List<String> arguments = List.copyOf(call.arguments().values());
          String told =
              Toolbox.standard()
                  .call(call.tool(), arguments, ToolContexts.of(workspace))
                  .text()
                  .lines()
                  .findFirst()
                  .orElse("");
          assertTrue(TAKEN.matcher(told).matches(), () -> call + " of " + sources + ": " + told);
          tools.add(call.tool());
          copied += arguments.size();
        }
      }
    }
    assertEquals(Toolbox.standard().specs().size() - 1, tools.size(), tools::toString);
    assertTrue(copied > 500, copied + " arguments");
  }

  @Test
  void aToolThatNothingIsThereForIsNotCalled() {
    for (int seed = 0; seed < 300; seed++) {
      List<String> sources = List.of("Hello. No hurry, 谢谢。");
      int[] ids = write(grammar.step(sources).constraint(Set.of(), READ), new Random(seed), 60);
      if (format.proposal(ids, 0).orElseThrow() instanceof Proposal.Act act) {
        assertFalse(Set.of("calculate", "convert").contains(act.calls().getFirst().tool()));
        assertFalse(act.calls().getFirst().arguments().containsKey("offset"));
      }
    }
  }

  @Test
  void onlyTextsAreFree() {
    for (String action :
        new String[] {
          "<|act|><|write|>a.txt<|arg|>first\n\tsecond，第三<|end|>",
          "<|think|>look there<|end|><|act|><|search|>anything<|end|>",
          "<|finish|>a.txt says:\n391<|end|>",
          "<|act|><|list|><|end|>",
          "<|act|><|date|><|end|>",
        }) {
      assertTrue(isAllowed(action, SOURCES), action);
    }
    for (String action :
        new String[] {
          "<|act|><|read|><|end|>",
          "<|act|><|write|>a.txt<|end|>",
          "<|act|><|search|>two\nlines<|end|>",
          "<|act|><|date|>tomorrow<|end|>",
          "<|act|><|search|> <|end|>",
          "<|think|>one<|end|><|think|>two<|end|><|finish|>x<|end|>",
          "<|finish|><|end|>",
          "<|finish|>\u0007<|end|>",
          "<|obs|>ok<|end|>",
        }) {
      assertFalse(isAllowed(action, SOURCES), action);
    }
  }

  private static boolean isAllowed(String action, List<String> sources) {
    return isAllowed(action, grammar.step(sources).constraint(Set.of(), READ));
  }

  private static boolean isAllowed(String action, ActionConstraint constraint) {
    constraint.begin(300);
    for (int id : tokenizer.encodeWithSpecials(action)) {
      if (constraint.isComplete() || !allowed(constraint).contains(id)) {
        return false;
      }
      constraint.accept(id);
    }
    return constraint.isComplete();
  }

  @Test
  void aLongNumberIsOneThatWasRead() {
    List<String> known =
        IntStream.range(10, 100).mapToObj(n -> n % 2 == 0 ? n + "7" : n + ".07").toList();
    var read = new Read(new KnownNumbers(known), false);
    int numbers = 0;
    for (int seed = 0; seed < 1500; seed++) {
      var random = new Random(seed);
      int[] ids =
          write(
              grammar.step(List.of("a")).constraint(Set.of(), read),
              random,
              LEAST + random.nextInt(60),
              id -> (id >= '0' && id <= '9') || id == '.');
      Matcher number = Pattern.compile("[0-9]+(\\.[0-9]+)*").matcher(parts(ids));
      while (number.find()) {
        boolean isLong = number.group().replace(".", "").length() > 2;
        assertTrue(!isLong || known.contains(number.group()), number.group());
        numbers += isLong ? 1 : 0;
      }
    }
    assertTrue(numbers > 100, numbers + " long numbers");
  }

  /** The texts of an action, a line each. */
  private static String parts(int[] ids) {
    return Arrays.stream(ids)
        .mapToObj(id -> tokenizer.isSpecial(id) ? "\n" : Character.toString(id))
        .collect(Collectors.joining());
  }

  @Test
  void anAnswerWithoutAToolMayHaveAnyNumber() {
    String action = "<|finish|>A year has 365 days.<|end|>";
    assertFalse(isAllowed(action, SOURCES));
    var free = new Read(new KnownNumbers(SOURCES), true);
    assertTrue(isAllowed(action, grammar.step(SOURCES).constraint(Set.of(), free)));
  }

  @Test
  void aToolThatIsLeftOutIsNotCalled() {
    Set<String> without = new HashSet<>(Set.of("list", "date", "notes", "search"));
    for (int seed = 0; seed < 200; seed++) {
      int[] ids = write(grammar.step(SOURCES).constraint(without, READ), new Random(seed), 60);
      if (format.proposal(ids, 0).orElseThrow() instanceof Proposal.Act act) {
        assertFalse(without.contains(act.calls().getFirst().tool()));
      }
    }
    grammar.tokens().tools().values().forEach(spec -> without.add(spec.name()));
    int[] ids = write(grammar.step(SOURCES).constraint(without, READ), new Random(1), 60);
    assertTrue(format.proposal(ids, 0).orElseThrow() instanceof Proposal.Finish);
  }

  @Test
  void whereNothingCanBeCopiedOnlyWhatNeedsNoCopyIsCalled() {
    for (int seed = 0; seed < 200; seed++) {
      int[] ids =
          write(grammar.step(List.of(" ")).constraint(Set.of(), READ), new Random(seed), 60);
      if (format.proposal(ids, 0).orElseThrow() instanceof Proposal.Act act) {
        assertFalse(Set.of("read", "write", "convert").contains(act.calls().getFirst().tool()));
      }
    }
  }

  @Test
  void aTokenThatDoesNotFitIsRefused() {
    ActionConstraint constraint = grammar.step(SOURCES).constraint(Set.of(), READ);
    assertThrows(IllegalArgumentException.class, () -> constraint.accept('x'));
    constraint.accept(grammar.tokens().act());
    assertThrows(IllegalArgumentException.class, () -> constraint.accept(END_OF_TEXT));
  }

  @Test
  void withoutAGrammarTheFirstActionEndsTheText() {
    ActionTokens tokens = grammar.tokens();
    int v = tokenizer.vocabSize();
    var free = new EndOfAction(tokens, v, new int[] {END_OF_TEXT});
    assertEquals(v, allowed(free).size());
    for (int id : tokenizer.encodeWithSpecials("<|think|>x<|end|><|act|><|list|>")) {
      free.accept(id);
      assertFalse(free.isComplete());
    }
    free.accept(tokens.end());
    assertTrue(free.isComplete());
    var ended = new EndOfAction(tokens, v, new int[] {END_OF_TEXT});
    ended.accept(END_OF_TEXT);
    assertTrue(ended.isComplete());
  }
}
