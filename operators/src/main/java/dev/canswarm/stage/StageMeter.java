package dev.canswarm.stage;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.payload.Payload;

/**
 * Receives the entry and exit of every turn at every stage, and the messages that turns store.
 * Called on lanes; must not block.
 */
@FunctionalInterface
public interface StageMeter {
  /** A meter that records nothing. */
  StageMeter NONE = (lane, stage, inputs, nanos) -> {};

  /**
   * Called when a turn enters a stage. A lane has one turn at a time.
   *
   * @param lane number of the lane, below the number of lanes
   */
  default void entered(int lane, StageName stage) {}

  /**
   * Called when a turn leaves a stage.
   *
   * @param lane number of the lane
   * @param inputs inputs of the turn: its batch size
   * @param nanos time in the stage in nanoseconds, including waits
   */
  void passed(int lane, StageName stage, int inputs, long nanos);

  /**
   * Called when this process was the first to store a message. Not called for a write that
   * succeeded although it was reported as failed.
   *
   * @param contradicts whether it is a second vote, opposite to the sender's first
   * @param sinceNeedMillis milliseconds from the storing of the NEED to this, by the store's clock;
   *     -1 if it is not a FINALIZE, or the NEED was not seen
   */
  default void stored(Verb verb, Payload payload, boolean contradicts, long sinceNeedMillis) {}

  /** Called when this process was the first to store that a record was refused. */
  default void deadLettered(Reason reason) {}
}
