package io.jgpt.cli;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Cancellation;
import io.jgpt.agent.Event.Feedback;
import io.jgpt.agent.Event.Feedback.Rating;
import io.jgpt.agent.PlannerException;
import io.jgpt.agent.Watcher;
import io.jgpt.agent.store.Profile;
import io.jgpt.agent.store.StoredNotes;
import io.jgpt.cli.terminal.LineInput;
import io.jgpt.cli.terminal.LineInput.Entry;
import io.jgpt.cli.terminal.SafeText;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes one goal after the other, and what the user thinks of the answers. */
final class AgentRepl {

  /** What stands for itself; anything else is a goal. */
  static final List<String> WORDS =
      List.of("/good", "/bad", "/comment", "/profile", "/notes", "/help", "/quit");

  private static final Pattern DELETE = Pattern.compile("delete ([0-9]{1,6})");

  private final Invocation invocation;
  private final AgentRuns runs;
  private final LineInput lines;
  private final Watcher watcher;
  private boolean answered;

  /**
   * @param watcher of what the user thinks; the runs have watchers of their own
   */
  AgentRepl(Invocation invocation, AgentRuns runs, LineInput lines, Watcher watcher) {
    this.invocation = invocation;
    this.runs = runs;
    this.lines = lines;
    this.watcher = watcher;
  }

  /**
   * Until the user has enough.
   *
   * @param manner of one run, which a cancellation stops
   * @param report tells how a run ended; gives its exit code
   * @return the exit code: that of the last run
   */
  int run(Function<Cancellation, AgentRuns.Manner> manner, ToIntFunction<AgentState> report) {
    int code = ExitCode.DONE.value();
    while (true) {
      switch (lines.read(invocation.messages().text("agent.prompt"))) {
        case Entry.End _ -> {
          return code;
        }
        case Entry.Interrupted _ -> {}
        case Entry.Typed typed -> {
          String text = typed.text().strip();
          if (text.equals("/quit")) {
            return code;
          }
          if (text.startsWith("/")) {
            command(text);
          } else if (!text.isEmpty()) {
            code = work(text, manner, report);
            if (invocation.interruption().requested()) {
              return code;
            }
            if (code == ExitCode.INTERRUPTED.value()) {
              code = ExitCode.DONE.value(); // the run was given up, not the program
            }
          }
        }
      }
    }
  }

  private int work(
      String goal,
      Function<Cancellation, AgentRuns.Manner> manner,
      ToIntFunction<AgentState> report) {
    var cancellation = new Cancellation();
    invocation.interruption().onInterrupt(cancellation::request);
    lines.onInterrupt(cancellation::request);
    try {
      AgentState end = runs.begin(goal, manner.apply(cancellation));
      answered = true;
      return report.applyAsInt(end);
    } catch (PlannerException e) {
      CliException failure = AgentRuns.failed(e);
      invocation.diagnostics().error(failure.message(invocation.messages()));
      return failure.code().value();
    }
  }

  private void command(String text) {
    String[] words = text.split("\\s+", 2);
    String rest = words.length > 1 ? words[1] : "";
    try {
      command(words[0], rest);
    } catch (CliException e) { // told, and no reason to end
      invocation.diagnostics().error(e.message(invocation.messages()));
    }
  }

  private void command(String word, String rest) {
    switch (word) {
      case "/good" -> feedback(Rating.GOOD, rest);
      case "/bad" -> feedback(Rating.BAD, rest);
      case "/comment" -> feedback(Rating.NONE, rest);
      case "/profile" -> profile(rest.strip());
      case "/notes" -> notes(rest.strip());
      default -> say("agent.help");
    }
  }

  private void feedback(Rating rating, String comment) {
    if (!answered) {
      say("agent.feedback.nothing");
      return;
    }
    runs.feedback(new Feedback(rating, comment), watcher);
    say("agent.feedback.stored");
  }

  private void profile(String assignment) {
    UserData data = invocation.userData();
    Profile profile =
        assignment.isEmpty()
            ? data.profile()
            : data.changeProfile(before -> ProfileFields.with(before, assignment));
    String list = ProfileFields.list(invocation.messages(), profile);
    if (list.isEmpty()) {
      say("profile.none");
    }
    list.lines().forEach(this::show);
  }

  private void notes(String rest) {
    UserData data = invocation.userData();
    List<StoredNotes.Note> notes = data.allNotes();
    if (rest.isEmpty()) {
      if (notes.isEmpty()) {
        say("agent.notes.none");
      }
      for (int i = 0; i < notes.size(); i++) {
        quote(i + 1 + "  ", notes.get(i).text());
      }
      return;
    }
    Matcher delete = DELETE.matcher(rest);
    if (!delete.matches()) {
      say("agent.notes.words");
      return;
    }
    int number = Integer.parseInt(delete.group(1));
    if (number < 1 || number > notes.size()) {
      throw CliException.input("error.note", number, notes.size());
    }
    quote(invocation.messages().text("agent.notes.deleted"), data.removeNote(number).text());
  }

  /** A file may have said what a note says: it cannot pose as anything else. */
  private void quote(String mark, String text) {
    invocation.diagnostics().quote(mark, text);
  }

  private void say(String key) {
    show(invocation.messages().text(key));
  }

  private void show(String line) {
    invocation.diagnostics().write(SafeText.onOneLine(line) + "\n");
  }
}
