package io.jgpt.agent.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a goal to calls by patterns: clause by clause, one kind of call after the other. */
final class Routes {

  /** What stands before a Chinese file name without a space. */
  private static final Pattern VERBS =
      Pattern.compile(
          "^(?:先|请|再|帮我|麻烦你?|劳驾|赶紧|提炼|总结|概括|一下|说说|复制|备份|一份|读取?|查看|显示|打开"
              + "|告诉|我|写个|新建|建一个|做个|写上|写入|出|叫|《)+(?=.+\\.)");

  private static final String NAME = "[^\\s，。；、：“”\"'《》？！,;:?!（）()到进入在给把将为成取从往向的看读里]";
  private static final String FILE = "(" + NAME + "+\\.(?:txt|text|md|csv|log|dat|json))";

  private static final Wording FILES = Wording.of(FILE);
  private static final Wording ASK =
      Wording.of(
          "\\b(?:ask (?:me|the user|for|what|which|when|where|who)|question me|prompt me|get my answer"
              + "|(?:let|have) me (?:tell|enter|say|type|answer)|i (?:will )?tell you|ask [\"“])"
              + "|问(?:问|一下|清楚|清)?(?:我|用户)|问(?:问|一下|清楚)|让我(?:输入|告诉|说|回答)|我告诉你");
  private static final Wording ASKED =
      Wording.of(
          "\\b(?:for|about|what|which|tell you|type|enter) (?:is |are )?(?:my |the )?(.+?)(?: is)?$"
              + "|(?:问我|问清楚|问清|问问|问一下|告诉你|输入)(.+?)(?:是什么)?$");
  private static final Wording COPY =
      Wording.of("\\b(?:copy|copies|duplicate|back ?up|save .*\\bas\\b)|复制|备份|拷贝|副本|另存|也存|一样");
  private static final Wording APPEND =
      Wording.of(
          "\\b(?:append|add|extend)\\b|\\bend of\\b|\\bunder\\b"
              + "|追加|添加|末尾|最后|后面|加上|加到|加进|补到|接在|附在|一行");
  private static final Wording WRITE =
      Wording.of(
          "\\b(?:write|save|put|store|record|enter|keep|create|make|fill|type|get)\\b"
              + "|写(?!了|的是|着)|存|保存|记(?!了)|放");
  private static final Wording WRITTEN =
      Wording.of(
          "\\b(?:write|save|put|store|type|get|record|enter|keep|append|add) (.+?) "
              + "(?:to|into|in|as|at|under|on|onto|inside)\\b"
              + "|"
              + FILE
              + "\\s*(?:with|say|write|:)\\s*(?<behind>.+)"
              + "|(?:把|将)?([^把将]+?)(?:写|存|保存|记|加|追加|添加|补|放|接|附)(?:到|进|入|在)"
              + "|(?:写上|写入|加上|追加|添加|写下|记下|写|加)(?![到进入在])(?:一行|一句)?[：:]?(.+)");
  private static final Wording NOTE =
      Wording.of(
          "\\b(?:note(?: down)?|remember|make a note|take a note|don't forget)\\b(?: that| of|:)?\\s*(.*)"
              + "|(?:把|将)(.+?)记(?:住|下来|下|到笔记|到备忘).*"
              + "|(?:记住|记下来?|记一下|记一条备忘|别忘了|备忘|做个笔记)[：:]?(.*)");
  private static final Wording NOTES =
      Wording.of(
          "\\b(?:my|the|your|all) notes\\b|^notes\\b|\\b(?:find|show|look up|read) (?:me )?(?:my|the) notes?\\b"
              + "|(?:查|找|看|列|所有|关于).*(?:笔记|备忘)(?!\\.)|记了什么");
  private static final Wording ABOUT =
      Wording.of("\\b(?:on|about|for) (.+?)(?: in .*)?$|关于(.+?)的|里?(?:查|找)(.+)");
  private static final Wording SEARCH =
      Wording.of(
          "\\b(?:search|look for|look through|look up|find|which file|what file|the file that)\\b"
              + "(?:.*\\b(?:for|mentions?|about|contains?)\\b)?\\s*(.+?)(?: in (?:my|the) files)?$"
              + "|(?:搜索|查找|搜一下|找一下|找找|哪个文件(?:里)?(?:提到|有|写))(?:了)?(.+)");
  private static final Wording SUMMARY =
      Wording.of(
          "summar|\\bmain points\\b|\\boverview\\b|\\bgist\\b|\\babout$|总结|概括|概述|摘要|要点|讲了什么");
  private static final Wording READ =
      Wording.of(
          "\\b(?:read|show|open|cat|check|contents?|see|what(?:'s| is| does)?|say|says)\\b"
              + "|读|看|打开|内容|有什么|写了什么|念");
  private static final Wording ASKS_CONTENT = Wording.of("写了什么|写的是什么|有什么");
  private static final Wording LIST =
      Wording.of(
          "\\blist (?:the|all|my|of|what|files)\\b|\\b(?:what|which|all|my) files\\b|\\bfiles are\\b"
              + "|列出|列一下|文件列表|哪些文件|什么文件");
  private static final Wording FOLDER = Wording.of("\\b(?:in|folder|of)\\s+(\\w+)$|(\\p{L}+)文件夹");

  private static final Wording PRONOUN =
      Wording.of(
          "\\b(?:it|that|them|both|results?|answers?|numbers?|what you get|what i say|my answer|reply)\\b"
              + "|结果|它|答案|回答|答复|得数|我说的");
  private static final Wording SEVERAL = Wording.of("\\b(?:both|them|results|all)\\b|两个|都|全部|所有");

  private final List<Route> routes = new ArrayList<>();
  private String file = "";

  private Routes() {}

  /** The calls that a goal asks for, as far as the patterns know it. */
  static List<Route> of(String goal) {
    Routes found = new Routes();
    for (String clause : Clauses.of(goal)) {
      found.route(clause);
    }
    return found.routes;
  }

  private void route(String clause) {
    List<String> files = new ArrayList<>();
    Matcher names = FILES.matcher(clause);
    while (names.find()) {
      files.add(VERBS.matcher(names.group(1)).replaceFirst(""));
    }
    boolean known = !files.isEmpty() || !file.isEmpty();
    if (ASKS_CONTENT.isIn(clause) && known) {
      file = named(files);
      add("read", "path", file);
    } else if (ASK.isIn(clause)) {
      ask(clause);
      if (!files.isEmpty()) {
        write(APPEND.isIn(clause) ? "append" : "write", files.getFirst(), Route.RESULT);
      }
    } else if (COPY.isIn(clause) && !files.isEmpty()) {
      copy(clause, files);
    } else if (APPEND.isIn(clause) && known) {
      write("append", named(files), text(clause, files));
    } else if (WRITE.isIn(clause) && !files.isEmpty()) {
      write("write", files.getLast(), text(clause, files));
    } else if (NOTES.isIn(clause)) {
      ABOUT
          .first(clause)
          .ifPresentOrElse(query -> add("notes", "query", query), () -> add("notes"));
    } else if (NOTE.isIn(clause)) {
      String text = NOTE.first(clause).orElse("");
      boolean computed = compute(text);
      add(
          "note",
          "text",
          computed || text.isBlank() || refers(text) ? Route.RESULT : unquoted(text));
    } else if (SUMMARY.isIn(clause) && known) {
      add("summarize", "path", named(files));
    } else if (SEARCH.isIn(clause) && files.isEmpty() && !Computations.isAboutDate(clause)) {
      add("search", "query", unquoted(SEARCH.first(clause).orElse(clause)));
    } else if (LIST.isIn(clause)) {
      FOLDER
          .first(clause)
          .ifPresentOrElse(folder -> add("list", "folder", folder), () -> add("list"));
    } else if (!compute(clause) && READ.isIn(clause) && known) {
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
    String topic = ASKED.first(clause).orElse(clause);
    String question =
        Wording.QUOTED.first(clause).orElse(chinese ? topic + "是什么？" : "What is " + topic + "?");
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
    Optional<String> quoted = Wording.QUOTED.first(clause);
    if (quoted.isPresent()) {
      return quoted.get();
    }
    if (files.size() > 1) {
      add("read", "path", files.getFirst());
      return Route.RESULT;
    }
    String rest = clause;
    for (String name : files) {
      rest = rest.replace(name, " ");
    }
    if (compute(rest)) {
      return Route.RESULT;
    }
    if (refers(rest)) {
      return SEVERAL.isIn(rest) ? Route.RESULTS : Route.RESULT;
    }
    Matcher written = WRITTEN.matcher(clause);
    String words = WRITTEN.first(clause).orElse("");
    if (written.find() && written.group("behind") != null) {
      words = written.group("behind");
    }
    return words.isBlank() && !routes.isEmpty() ? Route.RESULT : unquoted(words);
  }

  /** Adds the calls that work something out, if the clause asks for any. */
  private boolean compute(String clause) {
    List<Route> computations = Computations.of(clause);
    routes.addAll(computations);
    return !computations.isEmpty();
  }

  private boolean refers(String text) {
    return !routes.isEmpty() && PRONOUN.isIn(text);
  }

  private static String unquoted(String text) {
    return Wording.QUOTED.first(text).orElse(text).strip().replaceAll("\\s+", " ");
  }
}
