package dev.canswarm.pipeline.sim.port;

import dev.canswarm.pipeline.sim.scenario.Server;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditLog;
import reactor.core.publisher.Mono;

/** A process's audit log; the watch keeps what is in it. */
public final class SimAudit implements AuditLog {
  private final Wire wire;
  private final Watch watch;

  public SimAudit(Wire wire, Watch watch) {
    this.wire = wire;
    this.watch = watch;
  }

  @Override
  public Mono<Void> append(AuditEvent event) {
    return wire.local(Server.AUDIT, () -> watch.audited(wire.node(), event));
  }
}
