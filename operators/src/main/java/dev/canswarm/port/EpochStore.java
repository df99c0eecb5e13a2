package dev.canswarm.port;

import reactor.core.publisher.Mono;

/**
 * Gives deciders their epochs. Non-blocking, safe to call from any thread; an outage is a {@link
 * RetryableException}.
 */
public interface EpochStore {
  /** Returns a new epoch for a decider, larger than every epoch that was returned before. */
  Mono<Long> nextEpoch();
}
