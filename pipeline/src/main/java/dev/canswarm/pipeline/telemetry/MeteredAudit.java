package dev.canswarm.pipeline.telemetry;

import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/**
 * An audit log whose appends are timed: {@code swarm.audit} by outcome, and {@code
 * swarm.audit.records}. Thread-safe.
 */
public final class MeteredAudit implements AuditLog {
  private final AuditLog audit;
  private final CallTimer appends;
  private final Counter records;

  /**
   * @param nanos a clock that never goes back
   */
  public MeteredAudit(AuditLog audit, MeterRegistry registry, LongSupplier nanos) {
    this.audit = audit;
    this.appends =
        new CallTimer(
            registry,
            "swarm.audit",
            "Appends to the audit log, until they are on disk",
            "append",
            nanos,
            new AtomicBoolean());
    this.records =
        Counter.builder("swarm.audit.records")
            .description("Records appended to the audit log")
            .register(registry);
  }

  @Override
  public Mono<Void> append(List<AuditEvent> events) {
    return appends
        .timed(audit.append(events))
        .doOnSuccess(done -> records.increment(events.size()));
  }
}
