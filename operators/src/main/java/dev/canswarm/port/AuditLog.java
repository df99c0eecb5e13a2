package dev.canswarm.port;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * A node's record of what it sent and received. Non-blocking, safe to call from any thread; calls
 * are written in batches, each closed by a signed checkpoint. An outage is a {@link
 * RetryableException}.
 */
public interface AuditLog {
  /** Appends; completes when the record and the checkpoint behind it are on disk. */
  default Mono<Void> append(AuditEvent event) {
    return append(List.of(event));
  }

  /**
   * Appends in the order of the list; completes when all of it, and the checkpoint behind it, is on
   * disk. An empty list completes at once.
   */
  Mono<Void> append(List<AuditEvent> events);
}
