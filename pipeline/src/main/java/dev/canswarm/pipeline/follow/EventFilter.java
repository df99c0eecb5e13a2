package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A follower's choice of events.
 *
 * @param needId only of this NEED
 * @param threadId only of this thread
 * @param kinds only of these kinds; all if there is none
 * @param sample only of one in so many NEEDs, at least 1, chosen by id: all processes and clients
 *     choose the same ones. Dead letters are always sent
 * @param rates whether it receives rates
 */
public record EventFilter(
    Optional<NeedId> needId,
    Optional<ThreadId> threadId,
    Set<String> kinds,
    int sample,
    boolean rates) {
  /** Hexadecimal digits of a NEED's id that decide whether it is in a sample. */
  private static final int SAMPLE_DIGITS = 7;

  public EventFilter {
    kinds = Set.copyOf(kinds);
  }

  /** Returns the filter that passes all events except rates. */
  public static EventFilter all() {
    return new EventFilter(Optional.empty(), Optional.empty(), Set.of(), 1, false);
  }

  /** Returns the filter that passes all events of one NEED. */
  public static EventFilter ofNeed(NeedId needId) {
    return new EventFilter(Optional.of(needId), Optional.empty(), Set.of(), 1, false);
  }

  /** Returns the kinds of rows that are read for it, to count rates too; all if there is none. */
  Set<String> kindsRead() {
    if (!rates || kinds.isEmpty()) {
      return kinds;
    }
    Set<String> read = new HashSet<>(RateMeter.KINDS);
    read.addAll(kinds);
    return read;
  }

  boolean covers(FollowedRow entry) {
    return (kinds.isEmpty() || kinds.contains(entry.kind()))
        && needId.filter(id -> !id.equals(entry.needId())).isEmpty()
        && threadId.filter(id -> !id.equals(entry.threadId())).isEmpty()
        && (sample == 1 || entry.kind().equals(MessageText.DEAD_LETTER) || sampled(entry.needId()));
  }

  private boolean sampled(@Nullable NeedId needId) {
    if (needId == null) {
      return true;
    }
    String id = needId.text();
    try {
      return Integer.parseInt(id, 0, Math.min(SAMPLE_DIGITS, id.length()), 16) % sample == 0;
    } catch (NumberFormatException noHash) {
      return true;
    }
  }
}
