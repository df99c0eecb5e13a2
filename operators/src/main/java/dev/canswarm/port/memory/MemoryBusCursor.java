package dev.canswarm.port.memory;

import dev.canswarm.port.memory.MemoryBroker.Stored;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of one assignment of a topic-partition. Guarded by the broker's lock. Offsets in
 * memory have no gaps, so the watermark is a count.
 */
final class MemoryBusCursor {
  private final List<Stored> log;
  private final LongConsumer commit;
  private final SortedSet<Long> outstanding = new TreeSet<>();
  private final SortedSet<Long> doneAhead = new TreeSet<>();
  private long watermark;
  private long position;
  private boolean revoked;

  /**
   * @param log the records of the topic-partition; grows
   * @param start the first offset that the group has not acknowledged
   * @param commit receives the first offset not acknowledged, whenever it rises
   */
  MemoryBusCursor(List<Stored> log, long start, LongConsumer commit) {
    this.log = log;
    this.watermark = start;
    this.position = start;
    this.commit = commit;
  }

  /** The record that is next, or null. */
  @Nullable Stored head() {
    return position < log.size() ? log.get((int) position) : null;
  }

  /** Records that were not taken. */
  long lag() {
    return log.size() - position;
  }

  void take() {
    outstanding.add(position++);
  }

  /** The records that this frees: all that the watermark passes, none for a repetition. */
  List<Stored> done(long offset) {
    if (!outstanding.remove(offset)) {
      return List.of();
    }
    if (revoked) {
      return List.of(log.get((int) offset));
    }
    doneAhead.add(offset);
    long before = watermark;
    while (doneAhead.remove(watermark)) {
      watermark++;
    }
    if (watermark > before) {
      commit.accept(watermark);
    }
    return log.subList((int) before, (int) watermark);
  }

  /** From now on acknowledgements move nothing. The records that this frees. */
  List<Stored> revoke() {
    revoked = true;
    List<Stored> freed = doneAhead.stream().map(offset -> log.get(offset.intValue())).toList();
    doneAhead.clear();
    return freed;
  }
}
