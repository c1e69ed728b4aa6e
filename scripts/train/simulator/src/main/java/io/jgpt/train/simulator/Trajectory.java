package io.jgpt.train.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A goal and what became of it.
 *
 * @param kind its composition, {@code chat} or {@code impossible}
 * @param failed whether the answer tells of a failure
 * @param facts what the answer cannot do without
 * @param before files, before and after; notes before and after; what the user answers if asked
 */
record Trajectory(
    String goal,
    Language language,
    String kind,
    List<Item> items,
    boolean failed,
    List<String> facts,
    Map<String, String> before,
    Map<String, String> after,
    List<String> notesBefore,
    List<String> notesAfter,
    String reply) {

  private static final JsonFactory JSON = new JsonFactory();

  /** As the training reads it: one line. */
  String line() {
    return json(
        json -> {
          json.writeStringField("goal", goal);
          json.writeStringField("language", language.code());
          json.writeStringField("kind", kind);
          json.writeArrayFieldStart("items");
          for (Item item : items) {
            write(json, item);
          }
          json.writeEndArray();
        });
  }

  /** As the evaluation reads it: one line. */
  String evaluation(String id) {
    return json(
        json -> {
          json.writeStringField("id", id);
          json.writeStringField("language", language.code());
          json.writeStringField("kind", kind);
          json.writeStringField("goal", goal);
          writeAll(json, "files", before);
          writeAll(json, "notes", notesBefore);
          json.writeStringField("today", Simulator.EVALUATION_DAY.toString().substring(0, 10));
          json.writeStringField("reply", reply);
          json.writeObjectFieldStart("expect");
          Map<String, String> changed = new TreeMap<>(after);
          changed.entrySet().removeAll(before.entrySet());
          writeAll(json, "files", changed);
          Set<String> unchanged = new TreeSet<>(before.keySet());
          unchanged.removeAll(changed.keySet());
          writeAll(json, "unchanged", List.copyOf(unchanged));
          writeContains(json, "notes", notesAfter);
          writeContains(json, "answer", facts);
          json.writeBooleanField("asks", asks());
          json.writeBooleanField(
              "refuses", failed && changed.isEmpty() && notesAfter.equals(notesBefore));
          json.writeEndObject();
        });
  }

  private boolean asks() {
    return items.stream()
        .anyMatch(item -> item instanceof Item.Act act && act.tool().equals("ask"));
  }

  private static void writeContains(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeObjectFieldStart(name);
    writeAll(json, "contains", texts);
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Item item) throws IOException {
    json.writeStartObject();
    switch (item) {
      case Item.Think think -> json.writeStringField("think", think.text());
      case Item.Act act -> {
        json.writeStringField("act", act.tool());
        writeAll(json, "arguments", act.arguments());
      }
      case Item.Obs obs -> json.writeStringField("obs", obs.text());
      case Item.Finish finish -> json.writeStringField("finish", finish.text());
    }
    json.writeEndObject();
  }

  private static void writeAll(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void writeAll(JsonGenerator json, String name, Map<String, String> texts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  @FunctionalInterface
  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  private static String json(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no I/O takes place
    }
    return text.toString();
  }
}
