package dev.canswarm.pipeline.sim.check;

import dev.canswarm.pipeline.sim.scenario.NeedSpec;

/** What has to come of a record that was fed from outside. */
public sealed interface Expected {
  /**
   * It is a NEED, or a repetition of one, and ends.
   *
   * @param scope and {@code slot}: where the NEED that holds for it is stored
   */
  record End(NeedSpec spec, String scope, String slot) implements Expected {}

  /** It is dead-lettered, for this reason. */
  record Refusal(String reason) implements Expected {}

  /** Nothing in particular. */
  record Anything() implements Expected {}
}
