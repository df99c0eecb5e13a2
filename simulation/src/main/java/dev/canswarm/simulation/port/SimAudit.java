package dev.canswarm.simulation.port;

import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditLog;
import dev.canswarm.simulation.scenario.Server;
import java.util.List;
import reactor.core.publisher.Mono;

/** The audit log of one process; the observer keeps its content. */
public final class SimAudit implements AuditLog {
  private final Link link;
  private final Observer observer;

  public SimAudit(Link link, Observer observer) {
    this.link = link;
    this.observer = observer;
  }

  @Override
  public Mono<Void> append(List<AuditEvent> events) {
    return link.local(
        Server.AUDIT, () -> events.forEach(event -> observer.audited(link.node(), event)));
  }
}
