package dev.canswarm.stage;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.payload.Payload;

/**
 * Told of every turn that comes to a stage and leaves it, and of what turns store. Called on lanes;
 * must not block.
 */
@FunctionalInterface
public interface StageMeter {
  /** Counts nothing. */
  StageMeter NONE = (lane, stage, inputs, nanos) -> {};

  /**
   * A turn came to a stage. A lane has one turn at a time.
   *
   * @param lane number of the lane, which is that of its partition
   */
  default void entered(int lane, StageName stage) {}

  /**
   * A turn left a stage.
   *
   * @param lane number of the lane
   * @param inputs inputs of the turn: its batch size
   * @param nanos how long the stage took, waiting included
   */
  void passed(int lane, StageName stage, int inputs, long nanos);

  /**
   * A message was stored, and this process was the first to store it. A write that was carried out
   * although it seemed to fail is not told.
   *
   * @param contradicts whether it is a second vote, opposite to the sender's first
   * @param sinceNeedMillis from the storing of the NEED to this, by the store's clock; -1 where it
   *     is no FINALIZE, or the NEED was not seen
   */
  default void stored(Verb verb, Payload payload, boolean contradicts, long sinceNeedMillis) {}

  /** A record was refused, and this process was the first to store that. */
  default void deadLettered(Reason reason) {}
}
