package dev.canswarm.port.memory;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditLog;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * An audit log in a list, for tests and the simulator: neither chained nor signed. Keeps everything
 * it is given: bounded by its use alone. Thread-safe.
 */
public final class MemoryAuditLog implements AuditLog {
  /**
   * An appended event.
   *
   * @param lamport the node's Lamport time
   * @param timestampNs nanoseconds since 1970, by the node's clock
   */
  public record Entry(AuditEvent event, long lamport, long timestampNs) {}

  private final List<Entry> entries = new ArrayList<>();
  private final LamportClock clock;
  private final TimeSource time;

  public MemoryAuditLog(LamportClock clock, TimeSource time) {
    this.clock = clock;
    this.time = time;
  }

  @Override
  public Mono<Void> append(List<AuditEvent> events) {
    return Mono.fromRunnable(() -> addAll(events));
  }

  private synchronized void addAll(List<AuditEvent> events) {
    events.forEach(event -> add(event, event.parsed()));
  }

  private void add(AuditEvent event, AuditContent content) {
    long lamport = content.advance(clock, event.direction());
    entries.add(new Entry(event, lamport, time.epochNanos()));
  }

  /** Returns all appended events, in order. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
