package dev.canswarm.stage.trace;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.payload.Finalize;
import org.jspecify.annotations.Nullable;

/**
 * One part of a NEED's trace: what one process does in one turn, or for one request. By default
 * nothing is shown. Used by one thread at a time; its methods do not block and do not throw.
 */
public interface NeedTrace {
  /** The trace of a NEED that is not traced. */
  NeedTrace NONE = new NeedTrace() {};

  /**
   * Called when a record arrives that belongs to this part.
   *
   * @param begunNanos when its decoding began, in nanoseconds since 1970; 0 if it is not known
   * @param decodedNanos when its decoding ended; 0 if it is not known
   */
  default void came(Delivery delivery, Verb verb, long begunNanos, long decodedNanos) {}

  /**
   * A stage has begun; the one before has ended.
   *
   * @param stage its name, in lower case
   */
  default void entered(String stage) {}

  /** The stage that was entered last has ended. */
  default void left() {}

  /**
   * A record is about to be sent.
   *
   * @param verb of its envelope, or null if it has none
   * @return the record to send: the same, or one with a header that says what sent it
   */
  default OutgoingRecord sending(OutgoingRecord record, @Nullable Verb verb) {
    return record;
  }

  /** The records that were about to be sent are sent. */
  default void sent() {}

  /** A message was stored, and this process was the first to store it. */
  default void stored(Verb verb, String slot) {}

  /**
   * A row that this process wanted to store found its slot filled with another answer.
   *
   * @param kind of the row, a verb or what else rows hold
   * @param heldId id of what fills the slot
   */
  default void lost(String slot, String kind, String heldId) {}

  /**
   * A record was refused, and this process was the first to store that.
   *
   * @param stage where it was refused
   */
  default void deadLettered(Reason reason, String stage, RecordPosition source) {}

  /** Something outside failed, and the stage tries again. */
  default void retried(Throwable failure) {}

  /** The content of the NEED failed: it is taken out of its turn, and tried again later. */
  default void heldBack(Throwable failure) {}

  /**
   * The FINALIZE was stored, and this process was the first to store it.
   *
   * @param fromMillis when the NEED was stored, in milliseconds since 1970 by the store's clock; -1
   *     if it is not known
   * @param untilMillis when the FINALIZE was
   */
  default void finalized(Finalize end, long fromMillis, long untilMillis) {}

  /** An effect begins, which may outlast this. */
  default EffectTrace effect(Effect effect) {
    return EffectTrace.NONE;
  }

  /** Nothing more belongs to this. */
  default void end() {}
}
