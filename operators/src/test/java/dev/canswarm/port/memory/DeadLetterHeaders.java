package dev.canswarm.port.memory;

import dev.canswarm.port.Topics;
import java.util.List;
import java.util.Map;

/** Reads the dead letters of a broker in memory. */
public final class DeadLetterHeaders {
  private DeadLetterHeaders() {}

  /** Returns the headers of all dead letters so far. */
  public static List<Map<String, String>> of(MemoryBroker broker) {
    return broker.records(Topics.DEAD_LETTERS).stream()
        .<Map<String, String>>map(MemoryBroker.Stored::headers)
        .toList();
  }
}
