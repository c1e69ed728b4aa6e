package io.jgpt.agent;

import io.jgpt.agent.Event.Instruction;
import io.jgpt.agent.Event.Instruction.Kind;
import java.util.Locale;
import java.util.regex.Pattern;

/** Takes an input for a task, a question or chat, by rules, in English and Chinese. */
public final class Instructions {

  private static final Pattern POLITE =
      Pattern.compile(
          "^(please|kindly|could you( please)?|can you( please)?|would you( please)?"
              + "|i want you to|i would like you to)[ ,]+"
              + "|^(请你|请|麻烦你|麻烦|帮我|劳驾)[，,]?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern CHAT =
      Pattern.compile(
          "^(hi|hello|hey|good (morning|afternoon|evening|night)|thanks?|thank you|bye|goodbye"
              + "|how are you|nice to meet you|ok|okay|who are you|what('s| is) your name)\\b.{0,40}$"
              + "|^(你好|您好|嗨|早上好|下午好|晚上好|早安|晚安|谢谢|多谢|再见|好的|你是谁|你叫什么).{0,20}$",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  /** A verb that a tool can serve, wherever it stands. */
  private static final Pattern DOING =
      Pattern.compile(
          "\\b(write|save|append|add|copy|list|read|open|search|find|look (for|up)|calculate"
              + "|compute|convert|note|remember|summari[sz]e|create|make|put|store|show|run|fetch"
              + "|delete|draft)\\b"
              + "|写|保存|存到|存入|追加|添加|复制|列出|读|打开|搜索|查找|计算|算出|换算|转换|记到|记下|记住"
              + "|总结|概括|摘要|创建|新建|运行|下载|删除|起草",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ASKING =
      Pattern.compile(
          "^(what|who|whom|whose|when|where|why|which|how|is|are|was|were|do|does|did|can|could"
              + "|should|will|would|may|am|has|have)\\b|[?？][\\s\"'”’」]*$"
              + "|^(什么|谁|何时|哪|为什么|怎么|怎样|如何|是否|几|多少)|(吗|呢|么|多少|什么|几点|几号|星期几|周几|谁)[。！]?$",
          Pattern.CASE_INSENSITIVE);

  private Instructions() {}

  /** The kind and the content of an input. */
  public static Instruction parse(String input) {
    String content = input.strip();
    String shorter = POLITE.matcher(content).replaceFirst("").strip();
    if (!shorter.isEmpty()) {
      content = shorter;
    }
    return new Instruction(kind(content), content);
  }

  private static Kind kind(String content) {
    if (CHAT.matcher(content).find() && !DOING.matcher(content).find()) {
      return Kind.CHAT;
    }
    boolean asks = ASKING.matcher(content).find();
    boolean begins = DOING.matcher(content).lookingAt();
    return asks && !begins ? Kind.QUESTION : Kind.TASK;
  }

  /** The language to answer in: Chinese where the input has a Chinese character, else English. */
  public static Locale language(String input) {
    boolean chinese =
        input
            .codePoints()
            .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
    return chinese ? Locale.CHINESE : Locale.ROOT;
  }
}
