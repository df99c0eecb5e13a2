package dev.canswarm.pipeline.kafka;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Tracks the offset up to which all delivered records of a topic-partition are done, for one
 * assignment.
 *
 * <p>Kafka stores one committed offset per partition, so a record may be committed only when all
 * records delivered before it are done. The order of delivery counts, not consecutive integers,
 * since offsets have gaps (transaction markers, compaction) that must not stall it. Pure; not
 * thread-safe. Holds one entry for each record that is delivered and not yet passed.
 */
final class OffsetWatermark {
  private final Map<Long, Boolean> doneByOffset = new LinkedHashMap<>();
  private long lastDelivered = -1;
  private int doneAhead;

  /**
   * Registers a delivered record.
   *
   * @return false, without any change, unless the offset is larger than all before
   */
  boolean onDelivered(long offset) {
    if (offset <= lastDelivered) {
      return false;
    }
    lastDelivered = offset;
    doneByOffset.put(offset, false);
    return true;
  }

  /**
   * Marks a record as done. Ignores an offset that was not delivered or is done already.
   *
   * @return the largest offset up to which all delivered records are done, if it has increased
   */
  OptionalLong onDone(long offset) {
    if (!Boolean.FALSE.equals(doneByOffset.get(offset))) {
      return OptionalLong.empty();
    }
    doneByOffset.put(offset, true);
    doneAhead++;
    OptionalLong risen = OptionalLong.empty();
    Iterator<Map.Entry<Long, Boolean>> oldest = doneByOffset.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Long, Boolean> entry = oldest.next();
      if (!entry.getValue()) {
        break;
      }
      risen = OptionalLong.of(entry.getKey());
      oldest.remove();
      doneAhead--;
    }
    return risen;
  }

  /** Returns the number of delivered records that the watermark has not passed. */
  int open() {
    return doneByOffset.size();
  }

  /** Returns how many of the open records are done and wait for an earlier one. */
  int doneAhead() {
    return doneAhead;
  }
}
