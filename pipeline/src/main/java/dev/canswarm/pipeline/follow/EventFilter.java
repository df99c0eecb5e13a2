package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A follower's choice of events. Immutable.
 *
 * @param needId only of this NEED
 * @param threadId only of this thread
 * @param kinds only of these kinds; all if there is none
 * @param sample only of one in so many NEEDs, at least 1, chosen by id: all processes and clients
 *     choose the same ones. Dead letters are always sent
 * @param rateMax the sample is changed such that at most about so many NEEDs begin or end in it
 *     each second, at least 1; the follower is told of each change. If it is empty the sample stays
 *     as it is
 * @param rates whether it receives rates
 */
public record EventFilter(
    Optional<NeedId> needId,
    Optional<ThreadId> threadId,
    Set<String> kinds,
    int sample,
    OptionalInt rateMax,
    boolean rates) {
  public EventFilter {
    kinds = Set.copyOf(kinds);
  }

  /** Returns the filter that passes all events except rates. */
  public static EventFilter all() {
    return of(Optional.empty());
  }

  /** Returns the filter that passes all events of one NEED. */
  public static EventFilter ofNeed(NeedId needId) {
    return of(Optional.of(needId));
  }

  private static EventFilter of(Optional<NeedId> needId) {
    return new EventFilter(needId, Optional.empty(), Set.of(), 1, OptionalInt.empty(), false);
  }

  /** Returns the same filter with another sample. */
  EventFilter withSample(int oneOf) {
    return new EventFilter(needId, threadId, kinds, oneOf, rateMax, rates);
  }

  /** Whether it depends on the counts of all rows. */
  boolean counts() {
    return rates || rateMax.isPresent();
  }

  boolean covers(FollowedRow entry) {
    return (kinds.isEmpty() || kinds.contains(entry.kind()))
        && needId.filter(id -> !id.equals(entry.needId())).isEmpty()
        && threadId.filter(id -> !id.equals(entry.threadId())).isEmpty()
        && Selection.isSampled(entry, sample);
  }
}
