package io.jgpt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.jgpt.error.InputException;
import io.jgpt.sampling.ReferenceDraw;
import io.jgpt.sampling.Sampling;
import io.jgpt.sampling.grammar.Grammar;
import io.jgpt.sampling.grammar.JsonSchema;
import io.jgpt.testing.FakeEngine;
import io.jgpt.tokenizer.Tokenizer;
import io.jgpt.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Grammars through the facade: tokenizers of each kind, real weights, forced tokens. */
class ConstrainedGenerationTest {

  private static final String PERSON =
      """
      {"type": "object", "additionalProperties": false,
       "properties": {
         "name": {"type": "string", "maxLength": 20},
         "age": {"type": "integer", "minimum": 0, "maximum": 150},
         "tags": {"type": "array", "items": {"enum": ["red", "绿"]}, "maxItems": 3},
         "parent": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
       "required": ["name", "age"]}
      """;
  private static final String PATTERN = "(好|é|ab){2,6}[.!?]";
  private static final Sampling ANY = Sampling.neutral();

  private static void assertValid(String schema, String text) {
    try {
      var validator =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
      var found = validator.validate(new ObjectMapper().readTree(text));
      assertTrue(found.isEmpty(), text + " " + found);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  @Test
  void aRealModelSaysValidJsonWhereverItIsCut() {
    try (var model = LanguageModel.open(Path.of("../models/mini"), Options.device("cpu"));
        var session = model.newSession()) {
      var person = model.constrain(JsonSchema.parse(PERSON));
      int least = person.leastTokens();
      for (int i = 0; i < 60; i++) {
        var sampling = ANY.seed(i).maxTokens(least + i).constraint(person);
        assertValid(PERSON, session.generate("Once upon a time", sampling).text());
      }
      var tooFew = ANY.maxTokens(least - 1).constraint(person);
      var e = assertThrows(InputException.class, () -> session.generate("x", tooFew));
      assertEquals("grammar.length", e.key());
      assertTrue(e.getMessage().contains(least + " tokens"), e.getMessage());
      assertTrue(e.getMessage().contains("at most " + (least - 1)), e.getMessage());
    }
  }

  @Test
  void anyTokenizerSpellsWhatAPatternAsksFor() {
    for (String name : List.of("bpe", "wordpiece-cased", "wordpiece-uncased")) {
      Tokenizer tokenizer = Tokenizers.open(Path.of("src/test/resources/golden/tokenizers", name));
      var engine = new FakeEngine(tokenizer.vocabSize() + 3, 200, 64);
      try (var model = FakeModel.with(engine, Optional.of(tokenizer), List.of(0))) {
        String pattern = name.equals("bpe") ? PATTERN : "[a-z ,.]{4,30}";
        var constraint = model.constrain(Grammar.regex(pattern));
        List<Generation> samples =
            model.generate(List.of("a"), ANY.seed(1).maxTokens(12).constraint(constraint), 50);
        for (Generation sample : samples) {
          assertTrue(Pattern.matches(pattern, sample.text()), name + ": " + sample.text());
        }
      }
    }
  }

  @Test
  void forcedTokensRunThroughTheModelTogetherAndAreNotDrawn() {
    var engine = FakeModel.engine();
    try (var model = FakeModel.with(engine)) {
      String fixed = "{\"description\": \"a text that is given\", \"more\": ";
      var grammar =
          Grammar.sequence(Grammar.literal(fixed), Grammar.regex("[0-9]{3}"), Grammar.literal("}"));
      var constraint = model.constrain(grammar);
      Generation all = model.generate(List.of("x"), ANY.constraint(constraint), 1).getFirst();
      assertTrue(all.text().startsWith(fixed) && all.text().endsWith("}"), all.text());
      assertEquals(FinishReason.STOP, all.finishReason());
      int tokens = all.ids().length;
      assertTrue(engine.steps().size() < tokens / 2, engine.steps().size() + " of " + tokens);
    }
  }

  /** The steps with logits take every token by itself; the tokens are the same. */
  @Test
  void theTokensAreTheSameWithLogprobsAndInASession() {
    try (var model = FakeModel.with(FakeModel.engine());
        var session = model.newSession()) {
      var constraint = model.constrain(JsonSchema.parse(PERSON));
      for (int seed = 0; seed < 20; seed++) {
        Sampling sampling = ANY.seed(seed).maxTokens(50 + 5 * seed).constraint(constraint);
        int[] plain = session.generate("abc", sampling).ids();
        int[] watched = session.generate("abc", sampling.logprobs(2)).ids();
        int[] apart = model.generate(List.of("abc"), sampling, 1).getFirst().ids();
        assertArrayEquals(plain, watched);
        assertArrayEquals(plain, apart);
      }
    }
  }

  @Test
  void theTokensAreTheSameWhereTheEngineDraws() {
    var drawing = FakeModel.engine().drawing(new ReferenceDraw(FakeModel.V)::answer);
    try (var model = FakeModel.with(FakeModel.engine());
        var other = FakeModel.with(drawing)) {
      var here = model.constrain(JsonSchema.parse(PERSON));
      var there = other.constrain(JsonSchema.parse(PERSON));
      List<String> prompts = List.of("abc");
      for (int seed = 0; seed < 20; seed++) {
        Sampling sampling = ANY.seed(seed).maxTokens(50 + 5 * seed);
        assertArrayEquals(
            model.generate(prompts, sampling.constraint(here), 1).getFirst().ids(),
            other.generate(prompts, sampling.constraint(there), 1).getFirst().ids());
      }
      assertTrue(drawing.drawn() > 100, "drawn by the engine: " + drawing.drawn());
    }
  }

  @Test
  void aTextThatIsForcedAsAWholeComesWithoutADraw() {
    var engine = FakeModel.engine();
    try (var model = FakeModel.with(engine);
        var session = model.newSession()) {
      var constraint = model.constrain(Grammar.literal("wolf 狼"));
      Generation whole = session.generate("x", ANY.constraint(constraint));
      assertEquals("wolf 狼", whole.text());
      assertEquals(FinishReason.STOP, whole.finishReason());
      int least = constraint.leastTokens();
      Generation fits = session.generate("x", ANY.maxTokens(least).constraint(constraint));
      assertEquals("wolf 狼", fits.text());
    }
  }

  @Test
  void specialTokensAreTerminalsAndNeverText() {
    try (var model = FakeModel.with(FakeModel.engine());
        var session = model.newSession()) {
      var text = model.constrain(Grammar.text(5, 40));
      for (int seed = 0; seed < 20; seed++) {
        int[] ids = session.generate("x", ANY.seed(seed).constraint(text)).ids();
        IntStream.of(ids)
            .limit(ids.length - 1)
            .forEach(id -> assertTrue(!FakeModel.TOKENIZER.isSpecial(id), "special " + id));
      }
      var e = assertThrows(InputException.class, () -> model.constrain(Grammar.special(100)));
      assertEquals("grammar.special", e.key());
    }
  }

  @Test
  void aModelWithoutATokenizerHasNoGrammar() {
    try (var model = FakeModel.with(FakeModel.engine(), Optional.empty(), List.of())) {
      var e = assertThrows(InputException.class, () -> model.constrain(Grammar.literal("a")));
      assertEquals("facade.noGrammar", e.key());
    }
  }
}
