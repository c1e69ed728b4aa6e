package io.jgpt.sampling.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.regex.JDKRegularExpressionFactory;
import io.jgpt.sampling.SamplerAccess;
import io.jgpt.sampling.Sampling;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What any model says under a schema is valid, wherever its length cuts it, as an independent
 * validator sees it. A model is a vocabulary and logits without sense, sampled at temperature 1;
 * some models share their vocabulary.
 */
class TenThousandPairsTest {

  private static final int SCHEMAS = 1000;
  private static final int VOCABULARIES_EACH = 2;
  private static final int MODELS_EACH = 5;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private static final SchemaValidatorsConfig CONFIG =
      SchemaValidatorsConfig.builder()
          .formatAssertionsEnabled(true)
          .regularExpressionFactory(JDKRegularExpressionFactory.getInstance())
          .build();
  private static final String SAMPLE =
      """
      {"name": "绿色 é", "tags": [1, -2.5, true, null], "größe": {"value": "a", "next": {}}} \
      2024-02-29T23:59:59Z 0123-4567 "undeclared": false}]}]} "名字": 好好学习 abc XYZ \\n \\" 192.168.0.1
      """;

  private int cut;
  private int ended;

  @Test
  void whateverAModelSaysIsValid() throws IOException {
    var random = new Random(5);
    int pairs = 0;
    for (int i = 0; i < SCHEMAS; i++) {
      JsonNode schema = RandomSchema.random(random);
      var validator = FACTORY.getSchema(schema, CONFIG);
      JsonSchema parsed = JsonSchema.parse(schema.toString());
      for (int v = 0; v < VOCABULARIES_EACH; v++) {
        var vocabulary = TestVocabulary.randomWithBytes(random, SAMPLE, 20 + random.nextInt(60));
        TokenGrammar grammar = new GrammarCompiler(vocabulary).compile(parsed);
        for (int model = 0; model < MODELS_EACH; model++) {
          String text = generate(random, vocabulary, grammar);
          var found = validator.validate(MAPPER.readTree(text));
          assertTrue(found.isEmpty(), () -> schema + "\nlets through\n" + text + "\n" + found);
          pairs++;
        }
      }
    }
    assertEquals(10_000, pairs);
    assertTrue(cut > 1000 && ended > 3000, cut + " cut, " + ended + " ended");
  }

  private String generate(Random random, TestVocabulary vocabulary, TokenGrammar grammar)
      throws IOException {
    int most =
        grammar.leastTokens() + (random.nextBoolean() ? random.nextInt(5) : random.nextInt(60));
    var sampling = Sampling.neutral().constraint(grammar);
    var completion = new SamplerAccess(sampling, random.nextLong(), vocabulary.size(), most);
    float sharpness = random.nextInt(6);
    var ids = completion.run(TestVocabulary.END, () -> random.nextFloat() * sharpness);
    cut += ids.size() == most ? 1 : 0;
    ended += ids.size() < most ? 1 : 0;
    assertTrue(ids.size() <= most);
    byte[] bytes = vocabulary.decode(ids);
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
