package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Keeps what ended attempts, so that every process can show it, also if no envelope contains it.
 * One row for each task, attempt and agent, which holds the last note. It is separate from slots
 * and replay, and may lose rows. Non-blocking, safe to call from any thread; an outage is a {@link
 * RetryableException}.
 */
public interface FailureStore {
  /**
   * Keeps a failure in place of what the same agent noted before on the same attempt; nothing
   * changes if it says the same again.
   */
  Mono<Void> keep(AttemptFailure failure);

  /** Returns the stored failures of a NEED, ordered by time, then task, attempt and agent. */
  Mono<List<AttemptFailure>> of(NeedId needId);
}
