package dev.canswarm.port;

import reactor.core.publisher.Mono;

/**
 * Gives deciders their epochs. Non-blocking, safe to call from any thread; an outage is a {@link
 * RetryableException}.
 */
public interface EpochStore {
  /**
   * A number that was never answered before and is larger than all that were: a decider's epoch.
   */
  Mono<Long> nextEpoch();
}
