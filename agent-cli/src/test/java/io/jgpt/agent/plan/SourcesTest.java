package io.jgpt.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.agent.plan.Sources.Cut;
import io.jgpt.agent.tool.Parameter.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SourcesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "read data.txt, please.; read| |data.txt|,| |please|.",
        "a-b_c.tar.gz; a-b_c.tar.gz",
        "notes/a.txt; notes|/|a.txt",
        "把17写到笔记.txt里; 把|17|写|到|笔|记|.|txt|里",
        "到.env; 到|.|env",
        "v2.0-rc1; v2.0-rc1",
        "Größe.txt; Größe.txt",
        "ends. - then; ends|.| |-| |then",
      })
  void namesAreWhole(String text, String pieces) {
    assertEquals(pieces, String.join("|", Sources.pieces(text, Cut.NAMES)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "convert 3.5km to miles; convert| |3.5|km| |to| |miles",
        "17*(23-4)/1,200.; 17|*|(|23|-|4|)|/|1,200|.",
        "把3公里换算成米; 把|3|公|里|换|算|成|米",
        "15% of 80; 15|%| |of| |80",
        "-40 °F; -|40| |°|F",
      })
  void numbersAndUnitsAreWhole(String text, String pieces) {
    assertEquals(pieces, String.join("|", Sources.pieces(text, Cut.QUANTITIES)));
  }

  @Test
  void aMarkStaysWithItsLetter() {
    assertEquals(List.of("e\u0301", "1"), Sources.pieces("e\u03011", Cut.QUANTITIES));
  }

  @Test
  void theShortestPartIsNotBlank() {
    assertEquals(Optional.of("to"), new Sources(List.of("  write \n to")).shortest(Kind.COMMAND));
    assertEquals(Optional.empty(), new Sources(List.of(" \n\t")).shortest(Kind.COMMAND));
  }

  @ParameterizedTest
  @EnumSource(names = {"PATH", "NUMBER", "EXPRESSION", "UNIT", "DATE"})
  void whatIsKeptFromTheStepBeforeIsWhatWouldBeFound(Kind kind) {
    List<String> texts = List.of("把3公里换算成米，明天记到笔记.txt", "a.txt\nb.txt", "in 3 days: 17*23 km");
    var before = new Sources(List.of("写下9英里到gone.txt，后天", "a.txt", texts.getLast()));
    before.grammar(kind);
    assertEquals(new Sources(texts).grammar(kind), new Sources(texts, before).grammar(kind));
  }
}
