package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the op-log that a read returns: all rows of some NEEDs and threads, and of all other
 * rows those of some kinds that belong to a sample of the NEEDs. Immutable.
 *
 * @param sample of the other rows those of one in so many NEEDs, chosen by id, and all dead
 *     letters; 0 for none of the other rows
 * @param kinds of the other rows only these kinds; all if there is none
 * @param needIds NEEDs whose rows are all returned
 * @param threadIds threads whose rows are all returned
 * @param counted whether the read counts the rows that it passes, also those that it does not
 *     return
 */
public record Selection(
    int sample, Set<String> kinds, Set<NeedId> needIds, Set<ThreadId> threadIds, boolean counted) {
  /** Hexadecimal digits of a NEED's id that decide whether it is in a sample. */
  public static final int SAMPLE_DIGITS = 7;

  private static final int HEXADECIMAL = 16;

  public Selection {
    kinds = Set.copyOf(kinds);
    needIds = Set.copyOf(needIds);
    threadIds = Set.copyOf(threadIds);
  }

  /** Returns the selection of all rows, which are not counted. */
  public static Selection all() {
    return ofKinds(Set.of());
  }

  /** Returns the selection of all rows of these kinds, which are not counted; of all for none. */
  public static Selection ofKinds(Set<String> kinds) {
    return new Selection(1, kinds, Set.of(), Set.of(), false);
  }

  /** Returns the smallest selection that has every row that one of the filters passes. */
  static Selection of(Collection<EventFilter> filters) {
    int sample = 0;
    boolean allKinds = false;
    boolean counted = false;
    Set<String> kinds = new HashSet<>();
    Set<NeedId> needIds = new HashSet<>();
    Set<ThreadId> threadIds = new HashSet<>();
    for (EventFilter filter : filters) {
      counted |= filter.counts();
      if (filter.needId().isPresent()) {
        needIds.add(filter.needId().get());
      } else if (filter.threadId().isPresent()) {
        threadIds.add(filter.threadId().get());
      } else {
        sample = divisor(sample, filter.sample());
        allKinds |= filter.kinds().isEmpty();
        kinds.addAll(filter.kinds());
      }
    }
    return new Selection(sample, allKinds ? Set.of() : kinds, needIds, threadIds, counted);
  }

  /** Returns the greatest common divisor: every row of both samples is in the sample by it. */
  private static int divisor(int one, int other) {
    return BigInteger.valueOf(one).gcd(BigInteger.valueOf(other)).intValue();
  }

  /** Returns the selection of the same rows, which are not counted. */
  Selection uncounted() {
    return new Selection(sample, kinds, needIds, threadIds, false);
  }

  /** Whether every row is selected. */
  public boolean hasAllRows() {
    return sample == 1 && kinds.isEmpty();
  }

  /** Whether this selects every row that the other one does, and counts if that does. */
  boolean includes(Selection other) {
    if (other.counted && !counted) {
      return false;
    }
    return hasAllRows()
        || (needIds.containsAll(other.needIds)
            && threadIds.containsAll(other.threadIds)
            && includesOthers(other));
  }

  private boolean includesOthers(Selection other) {
    return other.sample == 0
        || (sample > 0
            && other.sample % sample == 0
            && (kinds.isEmpty() || (!other.kinds.isEmpty() && kinds.containsAll(other.kinds))));
  }

  /** Whether a row is selected. */
  boolean covers(FollowedRow row) {
    @Nullable NeedId needId = row.needId();
    return (needId != null && needIds.contains(needId))
        || threadIds.contains(row.threadId())
        || (sample > 0
            && (kinds.isEmpty() || kinds.contains(row.kind()))
            && isSampled(row, sample));
  }

  /** Whether a row is in a sample; one without the id of a NEED is in every sample. */
  static boolean isSampled(FollowedRow row, int sample) {
    @Nullable NeedId needId = row.needId();
    if (sample == 1 || needId == null || row.kind().equals(MessageText.DEAD_LETTER)) {
      return true;
    }
    String id = needId.text();
    try {
      int digits = Math.min(SAMPLE_DIGITS, id.length());
      return Integer.parseInt(id, 0, digits, HEXADECIMAL) % sample == 0;
    } catch (NumberFormatException noHash) {
      return true;
    }
  }
}
