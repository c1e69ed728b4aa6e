package io.jgpt.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.agent.Event.Instruction;
import io.jgpt.agent.Event.Instruction.Kind;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InstructionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TASK|Write 17*23 to a.txt",
        "TASK|convert 3 km to m and note it",
        "TASK|Hello, write hi to a.txt",
        "TASK|把 3 公里换算成米，记到 笔记.txt",
        "TASK|列出所有文件",
        "TASK|summarize report.txt, what is it about?",
        "QUESTION|What is the capital of France?",
        "QUESTION|how many miles is a marathon",
        "QUESTION|法国的首都是哪里？",
        "QUESTION|今天星期几",
        "QUESTION|天空是蓝色的吗",
        "CHAT|hello",
        "CHAT|Thanks a lot!",
        "CHAT|你好！",
        "CHAT|how are you?",
      })
  void kinds(Kind kind, String input) {
    assertEquals(kind, Instructions.parse(input).kind(), input);
  }

  @Test
  void politenessIsNoContent() {
    assertEquals(
        new Instruction(Kind.TASK, "list the files"),
        Instructions.parse("  Could you please list the files \n"));
    assertEquals("写入 a.txt", Instructions.parse("请写入 a.txt").content());
    assertEquals("please", Instructions.parse("please").content());
  }

  @Test
  void theLanguageIsThatOfTheInput() {
    assertEquals(Locale.CHINESE, Instructions.language("write 你好 to a.txt"));
    assertEquals(Locale.ROOT, Instructions.language("write hello to a.txt"));
  }
}
