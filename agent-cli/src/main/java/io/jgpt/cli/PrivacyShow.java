package io.jgpt.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jgpt.agent.store.KeyException;
import io.jgpt.agent.store.PersonalFiles;
import io.jgpt.agent.store.PersonalFiles.Kind;
import io.jgpt.agent.store.PersonalFiles.Size;
import io.jgpt.agent.store.StateKey;
import io.jgpt.cli.terminal.TextTable;
import io.jgpt.cli.terminal.TextTable.Align;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code jgpt privacy show [KIND...]}: what is stored about the user, and what stands in it. */
@Command(name = "show", sortOptions = false)
final class PrivacyShow implements Callable<Integer> {

  private final Invocation invocation;

  @Parameters(arity = "0..*", paramLabel = "KIND", descriptionKey = "kind")
  private List<String> kinds = List.of();

  @ArgGroup(validate = false, headingKey = "group.output")
  private JsonOption output = new JsonOption();

  @Mixin private CommonOptions common;

  PrivacyShow(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    common.apply(invocation);
    if (!kinds.isEmpty()) {
      var document = new UserDocument(invocation);
      document.read(KindNames.read(kinds));
      invocation.output().write(document.text());
      return ExitCode.DONE.value();
    }
    try {
      overview();
      return ExitCode.DONE.value();
    } catch (IOException e) {
      throw UserData.unreadable(invocation.state(), e);
    } catch (KeyException e) {
      throw UserData.failure(e);
    }
  }

  /** The sizes are told even where the key is missing, and then what is wrong with it. */
  private void overview() throws IOException, KeyException {
    var files = new PersonalFiles(invocation.state());
    Optional<StateKey.Place> place = StateKey.placeIn(invocation.state());
    Optional<CliException> failure = Optional.empty();
    UserDocument.Counts counts = UserDocument.Counts.UNKNOWN;
    try {
      var document = new UserDocument(invocation);
      document.read(EnumSet.allOf(Kind.class));
      counts = document.counts();
    } catch (CliException e) {
      failure = Optional.of(e);
    }
    if (output.isJson()) {
      String text = json(files, place, counts);
      invocation.output().write(text + "\n");
    } else {
      invocation.output().write(table(files, place, counts));
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private String json(
      PersonalFiles files, Optional<StateKey.Place> place, UserDocument.Counts counts) {
    return Json.object(
        json -> {
          json.writeStringField("directory", invocation.state().toString());
          json.writeStringField("key", place.map(PrivacyShow::word).orElse("none"));
          json.writeArrayFieldStart("kinds");
          for (Kind kind : Kind.values()) {
            json.writeStartObject();
            json.writeStringField("kind", KindNames.of(kind));
            items(json, counts, kind);
            size(json, files.size(kind));
            json.writeArrayFieldStart("places");
            for (Path path : files.places(kind)) {
              json.writeString(path.toString());
            }
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeObjectFieldStart("others");
          size(json, files.others());
          json.writeEndObject();
        });
  }

  private static void items(JsonGenerator json, UserDocument.Counts counts, Kind kind)
      throws IOException {
    if (counts.known()) {
      json.writeNumberField("items", counts.of(kind));
      if (kind == Kind.RUNS) {
        json.writeNumberField("with_feedback", counts.feedback());
      }
    } else {
      json.writeNullField("items");
    }
  }

  private static void size(JsonGenerator json, Size size) throws IOException {
    json.writeNumberField("files", size.files());
    json.writeNumberField("bytes", size.bytes());
  }

  private String table(
      PersonalFiles files, Optional<StateKey.Place> place, UserDocument.Counts counts)
      throws IOException {
    Messages messages = invocation.messages();
    var table = new TextTable(Align.LEFT, Align.RIGHT, Align.RIGHT, Align.LEFT);
    table.row(
        messages.text("privacy.kind"),
        messages.text("privacy.items"),
        messages.text("privacy.bytes"),
        messages.text("privacy.place"));
    for (Kind kind : Kind.values()) {
      table.row(
          messages.text("privacy.kind." + KindNames.of(kind)),
          counts.known() ? Integer.toString(counts.of(kind)) : "?",
          Long.toString(files.size(kind).bytes()),
          files.places(kind).stream().findFirst().map(Path::toString).orElse("-"));
    }
    if (files.others().files() > 0) {
      table.row(
          messages.text("privacy.kind.others"),
          Integer.toString(files.others().files()),
          Long.toString(files.others().bytes()),
          invocation.state().toString());
    }
    String feedback =
        counts.known() ? messages.text("privacy.feedback.on", counts.feedback()) + "\n" : "";
    return table.render() + feedback + KeyPlace.text(messages, invocation.state(), place) + "\n";
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
