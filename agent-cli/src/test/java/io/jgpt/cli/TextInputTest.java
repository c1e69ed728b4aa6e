package io.jgpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bytes from files, pipes and arguments. */
final class TextInputTest {

  private static int firstInvalid(String hex) {
    return Utf8.firstInvalid(HexFormat.of().parseHex(hex));
  }

  @Test
  void theFirstInvalidByteIsFound() {
    assertEquals(0, firstInvalid("FF"));
    assertEquals(3, firstInvalid("E78BBC80"));
    assertEquals(1, firstInvalid("61E78B")); // cut off
    assertEquals(0, firstInvalid("C080")); // overlong
    assertEquals(0, firstInvalid("EDA080")); // surrogate
    assertEquals(0, firstInvalid("F4908080")); // beyond U+10FFFF
    assertEquals(4, firstInvalid("F09F98805F".substring(0, 8)));
    assertEquals(20000, firstInvalid("61".repeat(20000) + "FE"));
  }

  @Test
  void validTextIsDecoded() {
    assertEquals(Optional.of("狼 😀"), Utf8.decode("狼 😀".getBytes(StandardCharsets.UTF_8)));
    assertEquals(Optional.of(""), Utf8.decode(new byte[0]));
  }

  @Test
  void aPromptLosesAByteOrderMarkAndOneNewline() {
    assertEquals("a", TextInput.asPrompt("a\n"));
    assertEquals("a\n", TextInput.asPrompt("a\n\n"));
    assertEquals("a", TextInput.asPrompt("\uFEFFa\r\n"));
    assertEquals("a\r", TextInput.asPrompt("a\r"));
    assertEquals("", TextInput.asPrompt("\n"));
    assertEquals("", TextInput.asPrompt("\uFEFF"));
    assertEquals("", TextInput.asPrompt(""));
  }

  @Test
  void lostArgumentsAreReadFromTheProcess() {
    byte[] line = "java\0-jar\0jgpt.jar\0generate\0\0狼\0".getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of("generate", "", "狼"), Arguments.exact(line, 3));
  }

  @Test
  void anArgumentThatIsNoUtf8IsAnInputError() {
    byte[] line = {'j', 0, 'a', (byte) 0xFF, 0};
    CliException failure = assertThrows(CliException.class, () -> Arguments.exact(line, 1));
    assertEquals(ExitCode.INPUT, failure.code());
    assertEquals(
        "argument \"a\uFFFD\" is not valid UTF-8 at byte 1; set the terminal to UTF-8, or pass the"
            + " text by --prompt-file",
        failure.message(new Messages(Language.EN)));
  }

  @Test
  void whatWasMeantIsNearby() {
    List<String> options = List.of("--temperature", "--top-k", "--top-p", "-m");
    assertEquals(List.of("--temperature"), Suggestions.of("--temprature", options));
    assertEquals(List.of("--temperature"), Suggestions.of("--temp", options));
    assertEquals(List.of("--top-k", "--top-p"), Suggestions.of("--topk", options));
    assertEquals(List.of(), Suggestions.of("--colour", options));
  }
}
