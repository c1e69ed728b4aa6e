package io.jgpt.agent;

import java.util.regex.Pattern;

/**
 * Tells an errand, which tools can run, from a wish to be told something, by rules, in English and
 * Chinese. An errand names a file, or has a verb of doing with an object that a tool reaches: files
 * without a name, notes, numbers to reckon with, a day to find.
 */
final class Errands {

  /** What only a file or an address is called. */
  private static final Pattern NAME =
      ignoringCase(
          "[\\p{L}\\p{N}_)-]\\.(txt|text|md|csv|tsv|jsonl?|log|dat|xml|html?|pdf|docx?|xlsx?|ya?ml"
              + "|toml|ini|cfg|conf|rtf|tex|bak)(?![A-Za-z0-9])"
              + "|(^|[\\s\"'“‘《「(（:：])(~|\\.{1,2})?/\\p{L}"
              + "|https?://\\S");

  private static final String FILES =
      "(files?|folders?|director(y|ies)|notes|notebook|records|workspace"
          + "|[\\p{L}_-][\\p{L}\\p{N}_-]*\\.[a-z][a-z0-9]{0,7})\\b";

  /** A verb with its object. */
  private static final String ENGLISH =
      "((note|remember|jot|(make|take) a note)\\b"
          + "|(read|open|show|list|copy|search|look|go|find(?! out)|summari[sz]e|delete|save|append"
          + "|add|write|put|store|draft|create|count)\\b[^.;!?]*\\b"
          + FILES
          + "|(calculate|compute|work out|add up)\\b[^;!?]*[0-9]\\s*[-+*/×÷^]\\s*[0-9]"
          + "|convert\\b[^;!?]*[0-9]"
          + "|(tell|write|compose|make up|recite|sing)\\b[^.;!?]*"
          + "\\b(stor(y|ies)|poems?|jokes?|riddles?|songs?|tales?|rhymes?)\\b)";

  private static final String CHINESE =
      "(记住|记下|记一下|记到|记着|记个"
          + "|(读|打开|看看|查看|列出|搜索|查找|找出|找到|总结|概括|摘要|缩写|写|存|追加|添加|加|复制|拷|删除)"
          + "[^。！？；]*(文件|目录|笔记|备忘|记录|文档|病历)"
          + "|(计算|(?<!打)算)[^。！？；]*[0-9]\\s*[-+*/×÷^加减乘除]\\s*[0-9]"
          + "|换算[^。！？；]*[0-9]|[0-9][^。！？；]*换算"
          + "|(讲|写|编)[^。！？；]*(故事|诗|笑话|谜语|童话|歌))";

  private static final Pattern BEGINS = ignoringCase(ENGLISH + "|" + CHINESE);

  /** An English verb of doing begins its clause, else it is not the agent that shall do it. */
  private static final Pattern CLAUSE =
      ignoringCase(
          "((^|[.,;:!?])\\s*|\\b(and|then|please|now|also)\\s+)" + ENGLISH + "|" + CHINESE);

  private static final Pattern FILES_ASKED =
      ignoringCase(
          "^(what|which|who|when|where|how many|is there|are there|does|do|did)\\b[^.;!?]*"
              + "\\b(my|the|this|these|all|any)\\s+([a-z]+\\s+)?"
              + FILES
              + "|(文件夹?|目录|笔记|备忘录?|记录|文档)(里|中|上|的内容)");

  private static final Pattern DAY_ASKED =
      ignoringCase(
          "\\b(what|which) (date|day)\\b"
              + "|\\bhow many (days|weeks|months)\\b.*\\b(until|till|since|between)\\b"
              + "|几月几[号日]|几号|哪一?天|星期几|周几|礼拜几|还有(几|多少)(天|周|个月)");

  private static final Pattern DAY_GIVEN =
      ignoringCase(
          "[0-9]|\\b(one|two|three|four|five|six|seven|ten) (day|week|month|year)s?\\b"
              + "|\\b(today|tomorrow)\\b|[一二两三四五六七八九十]个?(天|周|星期|月|年)|今天|明天|后天");

  /** Whether something may or should be, and how: nobody asks a tool that. */
  private static final Pattern ADVICE =
      ignoringCase(
          "\\b(should|shall|can|could|may|must|ought|would)"
              + " (i|we|he|she|they|my|our|a|the|someone)\\b"
              + "|\\b(i|we|he|she|they) (should|must|can|could|ought)\\b|\\bhow (do|can|should|to)\\b"
              + "|\\badvi[cs]e\\b|\\bis it (safe|legal|ok|okay|normal|allowed)\\b"
              + "|\\bwhat (medicine|medication|dose|drug|treatment)s?\\b"
              + "|该(?!文件|目录|笔记|记录)|怎么(?!写|说)|怎样|如何|要不要|能不能|可不可以|会不会|能否|可否|是否"
              + "|合法|什么药|哪种药|建议我|给.{0,4}建议|(能|可以|会|算)[^，。！？；]*[吗么]");

  private Errands() {}

  /** Whether tools can do what an instruction says. */
  static boolean isOne(String instruction) {
    if (NAME.matcher(instruction).find() || BEGINS.matcher(instruction).lookingAt()) {
      return true;
    }
    return !ADVICE.matcher(instruction).find()
        && (CLAUSE.matcher(instruction).find()
            || FILES_ASKED.matcher(instruction).find()
            || (DAY_ASKED.matcher(instruction).find() && DAY_GIVEN.matcher(instruction).find()));
  }

  private static Pattern ignoringCase(String pattern) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
  }
}
