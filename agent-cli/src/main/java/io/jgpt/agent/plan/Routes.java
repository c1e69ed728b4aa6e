package io.jgpt.agent.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a goal to calls by patterns: split at conjunctions, then one kind after the other. */
final class Routes {

  /** What stands before a Chinese file name without a space. */
  private static final Pattern VERBS =
      Pattern.compile(
          "^(?:先|请|再|帮我|麻烦你?|劳驾|赶紧|提炼|总结|概括|一下|说说|复制|备份|一份|读取?|查看|显示|打开"
              + "|告诉|我|写个|新建|建一个|做个|写上|写入|出|叫|《)+(?=.+\\.)");

  /** Stands for what the last call gave. */
  static final String RESULT = "\0result";

  /** Stands for what all calls gave, a line each. */
  static final String RESULTS = "\0results";

  private static final String NAME = "[^\\s，。；、：“”\"'《》？！,;:?!（）()到进入在给把将为成取从往向的看读里]";
  private static final String FILE = "(" + NAME + "+\\.(?:txt|text|md|csv|log|dat|json))";

  private static final Pattern CUTS =
      pattern(
          "[。；;！!]|[，,](?!\\d)|\\.(?=\\s|$)|\\?(?=\\s|$)|？|->|(?:^|\\s)\\d\\.\\s"
              + "|(?<![\\d)])\\s[-/+]\\s(?![\\d(])|[一二三四]、|第[一二三四]步：?"
              + "|\\b(?:and )?(?:then|afterwards|after that|finally|next|at last)\\b"
              + "|\\band(?= (?:write|save|put|append|add|copy|read|show|tell|note|remember|make|then"
              + "|summari[sz]e|list|search|look|find|convert|calculate|work|check|give|ask|keep|let)\\b)"
              + "|然后|接着|之后|最后(?=[把将给再写读看告问总概复备搜查列记算])|随后|并且|同时"
              + "|(?<=.)再|(?<=[^\\p{L}])先");

  private static final Pattern FILES = pattern(FILE);
  private static final Pattern QUOTED = pattern("[“\"「]([^”\"」]+)[”\"」]|(?<=\\s)'([^']+)'");

  private static final Pattern ASK =
      pattern(
          "\\b(?:ask (?:me|the user|for|what|which|when|where|who)|question me|prompt me|get my answer"
              + "|(?:let|have) me (?:tell|enter|say|type|answer)|i (?:will )?tell you|ask [\"“])"
              + "|问(?:问|一下|清楚|清)?(?:我|用户)|问(?:问|一下|清楚)|让我(?:输入|告诉|说|回答)|我告诉你");
  private static final Pattern ASKED =
      pattern(
          "\\b(?:for|about|what|which|tell you|type|enter) (?:is |are )?(?:my |the )?(.+?)(?: is)?$"
              + "|(?:问我|问清楚|问清|问问|问一下|告诉你|输入)(.+?)(?:是什么)?$");
  private static final Pattern COPY =
      pattern("\\b(?:copy|copies|duplicate|back ?up|save .*\\bas\\b)|复制|备份|拷贝|副本|另存|也存|一样");
  private static final Pattern APPEND =
      pattern(
          "\\b(?:append|add|extend)\\b|\\bend of\\b|\\bunder\\b"
              + "|追加|添加|末尾|最后|后面|加上|加到|加进|补到|接在|附在|一行");
  private static final Pattern WRITE =
      pattern(
          "\\b(?:write|save|put|store|record|enter|keep|create|make|fill|type|get)\\b"
              + "|写(?!了|的是|着)|存|保存|记(?!了)|放");
  private static final Pattern WRITTEN =
      pattern(
          "\\b(?:write|save|put|store|type|get|record|enter|keep|append|add) (.+?) "
              + "(?:to|into|in|as|at|under|on|onto|inside)\\b"
              + "|"
              + FILE
              + "\\s*(?:with|say|write|:)\\s*(?<behind>.+)"
              + "|(?:把|将)?([^把将]+?)(?:写|存|保存|记|加|追加|添加|补|放|接|附)(?:到|进|入|在)"
              + "|(?:写上|写入|加上|追加|添加|写下|记下|写|加)(?![到进入在])(?:一行|一句)?[：:]?(.+)");
  private static final Pattern NOTE =
      pattern(
          "\\b(?:note(?: down)?|remember|make a note|take a note|don't forget)\\b(?: that| of|:)?\\s*(.*)"
              + "|(?:把|将)(.+?)记(?:住|下来|下|到笔记|到备忘).*"
              + "|(?:记住|记下来?|记一下|记一条备忘|别忘了|备忘|做个笔记)[：:]?(.*)");
  private static final Pattern NOTES =
      pattern(
          "\\b(?:my|the|your|all) notes\\b|^notes\\b|\\b(?:find|show|look up|read) (?:me )?(?:my|the) notes?\\b"
              + "|(?:查|找|看|列|所有|关于).*(?:笔记|备忘)(?!\\.)|记了什么");
  private static final Pattern ABOUT =
      pattern("\\b(?:on|about|for) (.+?)(?: in .*)?$|关于(.+?)的|里?(?:查|找)(.+)");
  private static final Pattern SEARCH =
      pattern(
          "\\b(?:search|look for|look through|look up|find|which file|what file|the file that)\\b"
              + "(?:.*\\b(?:for|mentions?|about|contains?)\\b)?\\s*(.+?)(?: in (?:my|the) files)?$"
              + "|(?:搜索|查找|搜一下|找一下|找找|哪个文件(?:里)?(?:提到|有|写))(?:了)?(.+)");
  private static final Pattern SUMMARY =
      pattern("summar|\\bmain points\\b|\\boverview\\b|\\bgist\\b|\\babout$|总结|概括|概述|摘要|要点|讲了什么");
  private static final Pattern READ =
      pattern(
          "\\b(?:read|show|open|cat|check|contents?|see|what(?:'s| is| does)?|say|says)\\b"
              + "|读|看|打开|内容|有什么|写了什么|念");
  private static final Pattern ASKS_CONTENT = pattern("写了什么|写的是什么|有什么");
  private static final Pattern LIST =
      pattern(
          "\\blist (?:the|all|my|of|what|files)\\b|\\b(?:what|which|all|my) files\\b|\\bfiles are\\b"
              + "|列出|列一下|文件列表|哪些文件|什么文件");
  private static final Pattern FOLDER = pattern("\\b(?:in|folder|of)\\s+(\\w+)$|(\\p{L}+)文件夹");

  private static final String NUMBER = "([+-]?\\d[\\d,]*(?:\\.\\d+)?)";
  private static final String WORDS = "([\\p{L}°²³/]+(?: per [a-z]+)?)";
  private static final Pattern CONVERT =
      pattern(
          NUMBER
              + "\\s*"
              + WORDS
              + "\\s+(?:is |are |make |makes )?(?:to|in|into|as)\\s+"
              + WORDS
              + "|how (?:many|much) "
              + WORDS
              + " (?:is |are |there are |there is |in |do |does )*"
              + NUMBER
              + "\\s*"
              + WORDS
              + "|"
              + NUMBER
              + "\\s*([\\p{L}°²³/]+?)(?:换算|转换|转|换|折合|等于|是|合|有)(?:成|为|了)?(?:多少)?"
              + "([\\p{L}°²³/]+?)(?=[写存记保并加，。]|$|\\s)");
  private static final Pattern UNTIL =
      pattern(
          "\\bdays (?:are left |are there |left )?(?:until|till|to|before) (.+)"
              + "|(?:到|距离?|离)(.+?)(?:还有|有)(?:多少|几)天");
  private static final Pattern DAY =
      pattern(
          "\\b(the day after tomorrow|the day before yesterday|tomorrow|yesterday"
              + "|(?:next|last|this) (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|month|year)"
              + "|in \\d+ \\w+|\\d+ (?:days?|weeks?|months?|years?) (?:from now|ago|later)"
              + "|\\d{4}-\\d{2}-\\d{2})\\b"
              + "|(大?后天|明天|大?前天|昨天|[上下这]*个?(?:周|星期|礼拜)[一二三四五六日天]"
              + "|\\d+(?:天|周|个月|年)(?:后|前|以后|之前|以前)|\\d+月\\d+[日号])");
  private static final Pattern DATE =
      pattern("\\b(?:date|today|weekday|what day|time)\\b|今天|日期|几号|星期几|周几|几点|时间");
  private static final Pattern EXPRESSION =
      pattern(
          "[(\\d][\\d\\s.,()]*(?:(?:[-+*/^×÷%]|plus|minus|times|divided by|乘以?|加上?|减去?|除以|% of)"
              + "\\s*[(\\d][\\d\\s.,()]*%?)+");
  private static final Pattern SUM = pattern(NUMBER + "\\s*(?:and|和|与)\\s*" + NUMBER + "(?:的和)");
  private static final Pattern PRONOUN =
      pattern(
          "\\b(?:it|that|them|both|results?|answers?|numbers?|what you get|what i say|my answer|reply)\\b"
              + "|结果|它|答案|回答|答复|得数|我说的");
  private static final Pattern SEVERAL = pattern("\\b(?:both|them|results|all)\\b|两个|都|全部|所有");

  private static final Set<String> TOLD =
      Set.of("calculate", "convert", "date", "list", "read", "search", "notes", "summarize", "ask");
  private static final Set<String> FACTS =
      Set.of("calculate", "convert", "date", "read", "ask", "notes", "summarize");

  /**
   * One call.
   *
   * @param arguments name, value, name, value
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Route(String tool, String... arguments) {

    /** Whether the user wants to hear what it gave. */
    boolean isTold() {
      return TOLD.contains(tool);
    }

    /** Whether what it gave can be written down. */
    boolean givesText() {
      return FACTS.contains(tool);
    }
  }

  private final List<Route> routes = new ArrayList<>();
  private String file = "";

  private Routes() {}

  /** The calls that a goal asks for, as far as the patterns know it. */
  static List<Route> of(String goal) {
    Routes found = new Routes();
    for (String clause : clauses(goal)) {
      found.route(clause.strip());
    }
    return found.routes;
  }

  /** Cuts, but not between quotation marks. */
  private static List<String> clauses(String goal) {
    List<String> clauses = new ArrayList<>();
    Matcher quoted = QUOTED.matcher(goal);
    List<int[]> quotes = new ArrayList<>();
    while (quoted.find()) {
      quotes.add(new int[] {quoted.start(), quoted.end()});
    }
    int begin = 0;
    Matcher cut = CUTS.matcher(goal);
    while (cut.find()) {
      int at = cut.start();
      if (quotes.stream().noneMatch(quote -> quote[0] <= at && at < quote[1])) {
        clauses.add(goal.substring(begin, at));
        begin = cut.end();
      }
    }
    clauses.add(goal.substring(begin));
    return clauses;
  }

  private void route(String clause) {
    List<String> files = new ArrayList<>();
    Matcher names = FILES.matcher(clause);
    while (names.find()) {
      files.add(VERBS.matcher(names.group(1)).replaceFirst(""));
    }
    boolean known = !files.isEmpty() || !file.isEmpty();
    if (ASKS_CONTENT.matcher(clause).find() && known) {
      file = named(files);
      add("read", "path", file);
    } else if (ASK.matcher(clause).find()) {
      ask(clause);
      if (!files.isEmpty()) {
        write(APPEND.matcher(clause).find() ? "append" : "write", files.getFirst(), RESULT);
      }
    } else if (COPY.matcher(clause).find() && !files.isEmpty()) {
      copy(clause, files);
    } else if (APPEND.matcher(clause).find() && known) {
      write("append", named(files), text(clause, files));
    } else if (WRITE.matcher(clause).find() && !files.isEmpty()) {
      write("write", files.getLast(), text(clause, files));
    } else if (NOTES.matcher(clause).find()) {
      first(ABOUT, clause)
          .ifPresentOrElse(query -> add("notes", "query", query), () -> add("notes"));
    } else if (NOTE.matcher(clause).find()) {
      String text = first(NOTE, clause).orElse("");
      boolean computed = compute(text);
      add("note", "text", computed || text.isBlank() || refers(text) ? RESULT : unquoted(text));
    } else if (SUMMARY.matcher(clause).find() && known) {
      add("summarize", "path", named(files));
    } else if (SEARCH.matcher(clause).find() && files.isEmpty() && !DATE.matcher(clause).find()) {
      add("search", "query", unquoted(first(SEARCH, clause).orElse(clause)));
    } else if (LIST.matcher(clause).find()) {
      first(FOLDER, clause)
          .ifPresentOrElse(folder -> add("list", "folder", folder), () -> add("list"));
    } else if (!compute(clause) && READ.matcher(clause).find() && known) {
      file = named(files);
      add("read", "path", file);
    }
  }

  private String named(List<String> files) {
    return files.isEmpty() ? file : files.getFirst();
  }

  private void add(String tool, String... arguments) {
    routes.add(new Route(tool, arguments));
  }

  private void write(String tool, String path, String text) {
    file = path;
    add(tool, "path", path, "text", text);
  }

  private void ask(String clause) {
    boolean chinese = clause.codePoints().anyMatch(Character::isIdeographic);
    String topic = first(ASKED, clause).orElse(clause);
    String question =
        first(QUOTED, clause).orElse(chinese ? topic + "是什么？" : "What is " + topic + "?");
    add("ask", "question", question);
  }

  private void copy(String clause, List<String> files) {
    boolean backwards = clause.contains("一样");
    String from = files.size() > 1 ? files.get(backwards ? 1 : 0) : file;
    String to = files.size() > 1 ? files.get(backwards ? 0 : 1) : files.getFirst();
    file = to;
    add("copy", "from", from, "to", to);
  }

  /** What is to be written: a quotation, a result that is worked out first, or the words left. */
  private String text(String clause, List<String> files) {
    Optional<String> quoted = first(QUOTED, clause);
    if (quoted.isPresent()) {
      return quoted.get();
    }
    if (files.size() > 1) {
      add("read", "path", files.getFirst());
      return RESULT;
    }
    String rest = clause;
    for (String name : files) {
      rest = rest.replace(name, " ");
    }
    if (compute(rest)) {
      return RESULT;
    }
    if (refers(rest)) {
      return SEVERAL.matcher(rest).find() ? RESULTS : RESULT;
    }
    Matcher written = WRITTEN.matcher(clause);
    String words = first(WRITTEN, clause).orElse("");
    if (written.find() && written.group("behind") != null) {
      words = written.group("behind");
    }
    return words.isBlank() && !routes.isEmpty() ? RESULT : unquoted(words);
  }

  /** Adds the call that works something out, if the clause asks for one. */
  private boolean compute(String clause) {
    Matcher convert = CONVERT.matcher(clause);
    Optional<String> until = first(UNTIL, clause);
    Optional<String> day = first(DAY, clause);
    if (until.isPresent()) {
      boolean chinese = clause.codePoints().anyMatch(Character::isIdeographic);
      add("date", "offset", (chinese ? "到" : "until ") + until.get());
    } else if (day.isPresent()) {
      add("date", "offset", day.get());
    } else if (calculate(clause)) {
      return true;
    } else if (convert.find()) {
      int from = convert.group(1) != null ? 1 : convert.group(5) != null ? 5 : 7;
      String to = from == 5 ? convert.group(4) : convert.group(from + 2);
      add("convert", "amount", convert.group(from), "from", convert.group(from + 1), "to", to);
    } else if (DATE.matcher(clause).find()) {
      add("date");
    } else {
      return false;
    }
    return true;
  }

  private boolean calculate(String clause) {
    int before = routes.size();
    Matcher expression = EXPRESSION.matcher(clause);
    while (expression.find()) {
      add("calculate", "expression", expression.group().strip());
    }
    Matcher sum = SUM.matcher(clause);
    if (routes.size() == before && sum.find()) {
      add("calculate", "expression", sum.group(1) + "+" + sum.group(2));
    }
    return routes.size() > before;
  }

  private boolean refers(String text) {
    return !routes.isEmpty() && PRONOUN.matcher(text).find();
  }

  private static String unquoted(String text) {
    return first(QUOTED, text).orElse(text).strip().replaceAll("\\s+", " ");
  }

  /** The first group that matched something. */
  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (matcher.find()) {
      for (int i = 1; i <= matcher.groupCount(); i++) {
        if (matcher.group(i) != null && !matcher.group(i).isBlank()) {
          return Optional.of(matcher.group(i).strip());
        }
      }
    }
    return Optional.empty();
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }
}
