package dev.canswarm.port;

import reactor.core.publisher.Mono;

/**
 * A node's record of what it sent and received. Non-blocking, safe to call from any thread; calls
 * are written in batches, each closed by a signed checkpoint. An outage is a {@link
 * RetryableException}.
 */
public interface AuditLog {
  /** Appends; completes when the record and the checkpoint behind it are on disk. */
  Mono<Void> append(AuditEvent event);
}
