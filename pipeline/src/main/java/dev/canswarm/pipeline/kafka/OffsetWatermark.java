package dev.canswarm.pipeline.kafka;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How far a topic-partition is done without a hole, for one assignment of it.
 *
 * <p>Kafka keeps one number per partition, so a record may be committed only when all that were
 * delivered before it are done. What counts is the order of delivery, not the integers: offsets
 * have gaps (transaction markers, compaction) that must not stall it. Pure; not thread-safe. Holds
 * one entry for each record delivered and not yet passed.
 */
final class OffsetWatermark {
  private final Map<Long, Boolean> doneByOffset = new LinkedHashMap<>();
  private long lastDelivered = -1;
  private int doneAhead;

  /**
   * A record was handed out.
   *
   * @return false, and nothing changes, unless the offset is larger than all before
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
   * A record is done. An offset that was not delivered, or was done already, changes nothing.
   *
   * @return the largest offset up to which all delivered ones are now done, if it rose
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

  /** Records delivered and not yet passed by the watermark. */
  int open() {
    return doneByOffset.size();
  }

  /** Of these, how many are done and wait for an earlier one. */
  int doneAhead() {
    return doneAhead;
  }
}
