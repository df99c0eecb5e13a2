package dev.canswarm.protocol;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;

/** An envelope that should fill a slot and be sent. */
public sealed interface Emission {
  /** Returns the slot that the envelope is for. */
  Slot slot();

  /** A new envelope of an agent, not signed yet. */
  record Say(Slot slot, Agent agent, Draft draft) implements Emission {}

  /**
   * An envelope that is stored already and fills a second slot: the RELEASE that ended an expired
   * grant.
   */
  record Repeat(Slot slot, Envelope envelope) implements Emission {}
}
