package dev.canswarm.simulation.check;

import dev.canswarm.simulation.scenario.NeedSpec;

/** The expected outcome of a record that a client outside the swarm published. */
public sealed interface Expected {
  /**
   * It becomes a NEED, or repeats one, and the NEED ends.
   *
   * @param scope and {@code slot} where that NEED is stored
   */
  record End(NeedSpec spec, String scope, String slot) implements Expected {}

  /** It is dead-lettered for this reason. */
  record Refusal(String reason) implements Expected {}

  /** No particular outcome. */
  record Anything() implements Expected {}
}
