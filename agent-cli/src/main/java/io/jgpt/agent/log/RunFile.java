package io.jgpt.agent.log;

import io.jgpt.agent.Event;
import io.jgpt.agent.RunLog;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** One run on disk, open to be read and added to. For one thread; the caller closes it. */
public final class RunFile implements RunLog, AutoCloseable {

  /**
   * An event and when it was stored.
   *
   * @param time to the millisecond
   */
  public record Entry(Instant time, Event event) {}

  private final String id;
  private final ChainedFile chain;
  private final InstantSource clock;
  private final RunHeader header;
  private final List<Entry> entries;

  private RunFile(
      String id, ChainedFile chain, InstantSource clock, RunHeader header, List<Entry> entries) {
    this.id = id;
    this.chain = chain;
    this.clock = clock;
    this.header = header;
    this.entries = entries;
  }

  static RunFile begin(String id, ChainedFile chain, InstantSource clock, RunHeader header)
      throws IOException {
    chain.append(JsonValue.Members.builder().put("run", header.toJson()).build());
    return new RunFile(id, chain, clock, header, new ArrayList<>());
  }

  static RunFile read(String id, ChainedFile chain, InstantSource clock) throws TamperedException {
    List<JsonValue.Members> lines = chain.bodies();
    List<Entry> entries = new ArrayList<>();
    try {
      if (lines.isEmpty()) {
        throw new JsonException("no header");
      }
      RunHeader header = RunHeader.read(lines.getFirst().object("run"));
      for (JsonValue.Members line : lines.subList(1, lines.size())) {
        Instant time = Instant.ofEpochMilli(line.optionalWhole("time").orElse(0L));
        entries.add(new Entry(time, EventJson.read(line.object("event"))));
      }
      return new RunFile(id, chain, clock, header, entries);
    } catch (JsonException e) {
      var tampered = new TamperedException(chain.file(), entries.size() + 1);
      tampered.initCause(e);
      throw tampered;
    }
  }

  /** The name by which it is opened again. */
  public String id() {
    return id;
  }

  /** What it was begun with. */
  public RunHeader header() {
    return header;
  }

  /** All that happened, with times. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** All that happened. */
  public List<Event> events() {
    return entries.stream().map(Entry::event).toList();
  }

  @Override
  public void append(Event event) throws IOException {
    Instant now = clock.instant();
    chain.append(
        JsonValue.Members.builder()
            .put("time", now.toEpochMilli())
            .put("event", EventJson.of(event))
            .build());
    entries.add(new Entry(now, event));
  }

  @Override
  public void close() throws IOException {
    chain.close();
  }
}
