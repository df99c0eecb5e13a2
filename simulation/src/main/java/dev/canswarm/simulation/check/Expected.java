package dev.canswarm.simulation.check;

import dev.canswarm.envelope.Reason;
import dev.canswarm.simulation.scenario.NeedSpec;

/** The expected outcome of a record that a client outside the swarm published. */
public sealed interface Expected {
  /**
   * It becomes a NEED, or repeats one, and the NEED ends.
   *
   * @param scope and {@code slot} where that NEED is stored
   * @param mayBeLate whether it names a policy that may be retired before it is stored, and may be
   *     refused then
   */
  record End(NeedSpec spec, String scope, String slot, boolean mayBeLate) implements Expected {
    /** The end of a NEED that no entry of the control chain affects. */
    public End(NeedSpec spec, String scope, String slot) {
      this(spec, scope, slot, false);
    }

    /** Whether it may be refused for this reason. */
    boolean mayBeRefused(String reason) {
      return (spec.sort() == NeedSpec.Sort.UNKNOWN_TYPE
              && reason.equals(Reason.UNKNOWN_TASK_TYPE.name()))
          || (mayBeLate && reason.equals(Reason.POLICY_MISMATCH.name()));
    }
  }

  /** It is dead-lettered for this reason. */
  record Refusal(String reason) implements Expected {}

  /** Any outcome is right. */
  record Anything() implements Expected {}
}
