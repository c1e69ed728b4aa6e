package io.jgpt.agent.log;

import io.jgpt.agent.AgentState;
import io.jgpt.agent.Event;
import io.jgpt.agent.RunLog;
import io.jgpt.agent.json.JsonException;
import io.jgpt.agent.json.JsonValue;
import io.jgpt.agent.log.RunFormatException.Fault;
import java.io.IOException;
import java.nio.file.Path;
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

  private static final String HEADER = "run";

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
    chain.append(JsonValue.Members.builder().put(HEADER, header.toJson()).build());
    return new RunFile(id, chain, clock, header, new ArrayList<>());
  }

  /** What is read is authentic: that it cannot be understood does not mean that it was changed. */
  static RunFile read(String id, ChainedFile chain, InstantSource clock) throws RunFormatException {
    List<JsonValue.Members> lines = chain.bodies();
    RunHeader header = header(chain.file(), lines);
    List<Entry> entries = new ArrayList<>();
    AgentState state = AgentState.EMPTY;
    for (JsonValue.Members line : lines.subList(1, lines.size())) {
      try {
        Instant time = Instant.ofEpochMilli(line.optionalWhole("time").orElse(0L));
        Event event = EventJson.read(line.object("event"));
        state = state.apply(event);
        entries.add(new Entry(time, event));
      } catch (JsonException | IllegalArgumentException e) {
        int number = entries.size() + 2; // the header and those that were read are before it
        throw new RunFormatException(Fault.EVENT, chain.file(), number, e);
      }
    }
    return new RunFile(id, chain, clock, header, entries);
  }

  private static RunHeader header(Path file, List<JsonValue.Members> lines)
      throws RunFormatException {
    if (lines.isEmpty() || lines.getFirst().get(HEADER).isEmpty()) {
      throw new RunFormatException(Fault.FOREIGN, file, 1, "");
    }
    try {
      JsonValue.Members header = lines.getFirst().object(HEADER);
      long format = RunHeader.format(header);
      if (format > RunHeader.FORMAT) { // its other fields are not this version's to judge
        throw new RunFormatException(Fault.NEWER, file, 1, Long.toString(format));
      }
      return RunHeader.read(header);
    } catch (JsonException e) {
      throw new RunFormatException(Fault.HEADER, file, 1, e);
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
