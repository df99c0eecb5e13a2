package dev.canswarm.protocol;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;

/** An envelope that should fill a slot and be sent. */
public sealed interface Emission {
  /** Returns the slot that the envelope is for. */
  Slot slot();

  /** A new envelope of an agent, not signed yet. */
  record Say(Slot slot, Agent agent, Draft draft) implements Emission {
    // Of the slot alone: a hash of all fields reads the whole payload.
    @Override
    public int hashCode() {
      return slot.hashCode();
    }
  }

  /**
   * An envelope that is stored already and fills a second slot: the RELEASE that ended an expired
   * grant.
   */
  record Repeat(Slot slot, Envelope envelope) implements Emission {}
}
