package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.jgpt.LanguageModel;
import io.jgpt.Options;
import io.jgpt.model.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The perplexity of texts shorter and longer than the context, against transformers. */
class PerplexityTest {

  private static final Path RESOURCES = Path.of("../runtime/src/test/resources");
  private static final Path GOLDEN = RESOURCES.resolve("golden");

  /** Relative. Four digits are asked for; float32 gives more. */
  private static final double TOLERANCE = 1e-5;

  /** A line of {@code perplexity.json}; {@code ids} or {@code text} is there. */
  private static final class Case {
    String model = "";
    String text = "";
    int[] ids = {};
    int stride;
    int scored;
    double perplexity;
  }

  @Test
  void randomModels() throws IOException {
    for (Case c : cases(GOLDEN.resolve("perplexity.json"))) {
      try (LanguageModel model = open(GOLDEN.resolve(c.model))) {
        check(model, c, c.ids);
      }
    }
  }

  @Test
  void bundledModelOnStoriesAndPoems() throws IOException {
    try (LanguageModel model = open(Path.of("../models/mini"))) {
      for (Case c : cases(GOLDEN.resolve("mini/perplexity.json"))) {
        String text = Files.readString(RESOURCES.resolve("text").resolve(c.text));
        check(model, c, model.tokenizer().orElseThrow().encode(text));
      }
    }
  }

  private static void check(LanguageModel model, Case c, int[] ids) {
    Perplexity.Score score =
        new Perplexity(model, c.stride).score(ids, (reached, perplexity) -> {}, () -> false);

    String what = model.info().name() + ", " + ids.length + " tokens, stride " + c.stride;
    assertEquals(c.scored, score.tokens(), what);
    assertEquals(c.perplexity, score.perplexity(), TOLERANCE * c.perplexity, what);
  }

  private static LanguageModel open(Path directory) {
    return LanguageModel.open(directory, Options.device("cpu").dtype(DType.F32));
  }

  private static List<Case> cases(Path file) throws IOException {
    var cases = new ArrayList<Case>();
    try (JsonParser json = new JsonFactory().createParser(Files.readString(file))) {
      while (!"cases".equals(json.nextFieldName())) {
        assertTrue(json.hasCurrentToken(), "no cases in " + file);
      }
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        cases.add(readCase(json));
      }
    }
    assertTrue(cases.size() >= 4, file + " has " + cases.size() + " cases");
    return cases;
  }

  private static Case readCase(JsonParser json) throws IOException {
    var c = new Case();
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      switch (field) {
        case "model" -> c.model = json.getText();
        case "text" -> c.text = json.getText();
        case "stride" -> c.stride = json.getIntValue();
        case "scored" -> c.scored = json.getIntValue();
        case "perplexity" -> c.perplexity = json.getDoubleValue();
        case "ids" -> {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            c.ids = Arrays.copyOf(c.ids, c.ids.length + 1);
            c.ids[c.ids.length - 1] = json.getIntValue();
          }
        }
        default -> {} // for people: tokens, the guide's figure
      }
    }
    return c;
  }
}
