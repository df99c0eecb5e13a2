package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The durable timers: one row for each NEED that is not over. Writing them is part of {@link
 * SlotStore#store}. Non-blocking, safe to call from any thread; an outage is a {@link
 * RetryableException}, after which the call may be repeated.
 */
public interface TimerStore {
  /** The timer rows of these NEEDs, in any order; none for a NEED that has none. */
  Mono<List<OpenNeed>> open(Collection<NeedId> needIds);

  /** The timer row of a NEED, or empty once it is over (or never was). */
  default Mono<OpenNeed> open(NeedId needId) {
    return open(List.of(needId)).flatMap(rows -> Mono.justOrEmpty(rows.stream().findFirst()));
  }

  /**
   * Rows of these partitions that are due, earliest first.
   *
   * @param countMax most rows to answer, at least 1
   */
  Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax);
}
