package dev.canswarm.port;

import reactor.core.publisher.Flux;

/**
 * Reads the whole op-log, for replay and listing. Non-blocking, safe to call from any thread; an
 * outage is a {@link RetryableException}.
 */
public interface OpLogReader {
  /** The NEED rows of all threads; demand reaches the store. */
  Flux<SlotRow> needs();

  /**
   * Every row of every scope, scope by scope and each in the order of its slots, dead letters
   * included. Demand reaches the store. A row that is stored meanwhile may or may not be among
   * them.
   */
  Flux<SlotRow> rows();
}
