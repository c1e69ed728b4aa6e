package io.jgpt.sampling.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jgpt.error.InputException;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a schema lets through and what not, and what of it is refused. */
class JsonSchemaTest {

  private static boolean fits(String schema, String text) {
    return fits(schema, JsonSchema.Spacing.FIXED, text);
  }

  private static boolean fits(String schema, JsonSchema.Spacing spacing, String text) {
    Grammar grammar = JsonSchema.parse(schema).grammar(spacing);
    var tries = new TokenTries(TestVocabulary.ofBytesAnd());
    var automaton = new Automaton(NfaBuilder.build(grammar), tries);
    return automaton.after(automaton.start(), text.getBytes(UTF_8)).isAccepting();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '!',
      value = {
        "{`type`:`integer`}; -12; 1.5",
        "{`type`:[`string`,`null`]}; null; 1",
        "{`type`:`string`,`maxLength`:2}; `好\\n`; `abc`",
        "{`type`:`string`,`minLength`:2}; `好é`; `好`",
        "{`type`:`string`,`pattern`:`^a`}; `ab`; `ba`",
        "{`type`:`string`,`pattern`:`^\\\\d+$`,`maxLength`:2}; `12`; `123`",
        "{`type`:`string`,`format`:`date`}; `2024-02-28`; `2024-02-30`",
        "{`enum`:[1,`a`],`type`:`string`}; `a`; 1",
        "{`const`:{`a`:[1,null]}}; {`a`: [1, null]}; {`a`: [1]}",
        "{`type`:`array`,`items`:{`type`:`boolean`},`minItems`:1,`maxItems`:2}; [true, false]; []",
        "{`items`:{`type`:`null`}}; [null, null]; {}",
        "{`type`:`array`,`items`:false}; []; [1]",
        "{`properties`:{`a`:true,`b`:{`const`:1}},`required`:[`b`]}; {`b`: 1}; {`a`: 1}",
        "{`properties`:{`a`:{`const`:2},`b`:{`const`:1}}}; {`a`: 2, `b`: 1}; {`b`: 1, `a`: 2}",
        "{`type`:`object`,`additionalProperties`:{`type`:`null`}}; {`x`: null}; {`x`: 1}",
        "{`required`:[`u`]}; {`u`: {`v`: []}}; {}",
        "{`anyOf`:[{`const`:1},{`const`:`b`}]}; `b`; 2",
        "{`$defs`:{`n`:{`const`:7}},`$ref`:`#/$defs/n`}; 7; 8",
        "{`allOf`:[{`const`:1}]}; 1; 2",
        "true; {`a`: [{`b`: []}]}; {`a`:}",
        "{`type`:`array`,`items`:{`$ref`:`#`}}; [[], [[]]]; [1]"
      })
  void letsThroughWhatFits(String schema, String valid, String invalid) {
    String quoted = schema.replace('`', '"');
    assertTrue(fits(quoted, valid.replace('`', '"')), schema + " " + valid);
    assertTrue(!fits(quoted, invalid.replace('`', '"')), schema + " " + invalid);
  }

  @Test
  void boundsOfNumbersHoldDigitByDigit() {
    var random = new Random(2);
    for (int trial = 0; trial < 300; trial++) {
      BigDecimal low = BigDecimal.valueOf(random.nextInt(6000) - 3000, random.nextInt(4));
      BigDecimal high = low.add(BigDecimal.valueOf(random.nextInt(4000), random.nextInt(4)));
      boolean open = random.nextBoolean();
      String bounds =
          open
              ? "\"exclusiveMinimum\": %s, \"exclusiveMaximum\": %s"
              : "\"minimum\": %s, \"maximum\": %s";
      boolean integer = random.nextBoolean();
      String type = integer ? "integer" : "number";
      String schema =
          ("{\"anyOf\": [{\"const\": \"x\"}, {\"type\": \"" + type + "\", " + bounds + "}]}")
              .formatted(low.toPlainString(), high.toPlainString());
      Grammar grammar = JsonSchema.parse(schema).grammar(JsonSchema.Spacing.FIXED);
      var tries = new TokenTries(TestVocabulary.ofBytesAnd());
      var automaton = new Automaton(NfaBuilder.build(grammar), tries);
      for (int i = 0; i < 60; i++) {
        BigDecimal near = random.nextBoolean() ? low : high;
        int scale = integer ? 0 : random.nextInt(4);
        BigDecimal value =
            i == 0 && !integer
                ? low
                : near.setScale(scale, java.math.RoundingMode.FLOOR)
                    .add(BigDecimal.valueOf(random.nextInt(7) - 3, scale));
        int atLow = value.compareTo(low);
        int atHigh = value.compareTo(high);
        boolean inside = open ? atLow > 0 && atHigh < 0 : atLow >= 0 && atHigh <= 0;
        byte[] text = value.toPlainString().getBytes(UTF_8);
        assertEquals(
            inside,
            automaton.after(automaton.start(), text).isAccepting(),
            () -> schema + " " + value.toPlainString());
      }
    }
  }

  @Test
  void spacesAreFreeWhereTheTokenizerCannotChoose() {
    String schema = "{\"type\": \"array\", \"items\": {\"const\": 1}}";
    assertTrue(fits(schema, JsonSchema.Spacing.FREE, "[ 1 , 1]"));
    assertTrue(!fits(schema, JsonSchema.Spacing.FIXED, "[ 1 , 1]"));
    var noSpaces = TestVocabulary.of("[", "1", "]", ",");
    assertEquals(2, new GrammarCompiler(noSpaces).compile(JsonSchema.parse(schema)).leastTokens());
    var onlyWide = TestVocabulary.of("[ ", "1", " ]", ",");
    assertEquals(2, new GrammarCompiler(onlyWide).compile(JsonSchema.parse(schema)).leastTokens());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '!',
      value = {
        "{`not`: {}}; grammar.keyword; `not` at #,",
        "{`properties`: {`a/b`: {`items`: {`uniqueItems`: true}}}}; grammar.keyword; #/properties/a~1b/items,",
        "{`anyOf`: [true], `type`: `null`}; grammar.beside; `anyOf` beside `type`",
        "{`enum`: [1], `minimum`: 2}; grammar.beside; `enum` beside `minimum`",
        "{`type`: `text`}; grammar.value; #/type",
        "{`type`: `string`, `maxLength`: -1}; grammar.value; #/maxLength",
        "{`type`: `string`, `maxLength`: `2`}; grammar.value; #/maxLength",
        "{`items`: [true]}; grammar.value; #/items",
        "{`type`: `string`, `format`: `regex`}; grammar.format; `regex`",
        "{`type`: `string`, `pattern`: `(?=a)`}; grammar.pattern; character 1",
        "{`$ref`: `#/$defs/x`}; grammar.reference; `#/$defs/x`",
        "{`$ref`: `http://x/y`}; grammar.reference; `http://x/y`",
        "{`allOf`: [true, true]}; grammar.value; #/allOf",
        "{`properties`: {`a`: true}, `additionalProperties`: {}}; grammar.beside; additionalProperties",
        "false; grammar.nothing; no value",
        "{`properties`: {`a`: {`$ref`: `#`}}, `required`: [`a`]}; grammar.nothing; 6 levels",
        "{`a`: 1, `a`: 2}; grammar.json; line 1",
        "{; grammar.json; line 1",
        "1e999999999; grammar.json; digits"
      })
  void refusesWithThePlaceWhatItDoesNotUnderstand(String schema, String key, String part) {
    var e = assertThrows(InputException.class, () -> JsonSchema.parse(schema.replace('`', '"')));
    assertEquals(key, e.key());
    assertTrue(e.getMessage().contains(part.replace('`', '"')), e.getMessage());
  }

  @Test
  void annotationsAreNoErrors() {
    assertTrue(
        fits(
            "{\"title\":\"t\",\"description\":\"d\",\"default\":3,\"examples\":[1],\"$schema\":\"s\","
                + "\"type\":\"null\"}",
            "null"));
  }
}
