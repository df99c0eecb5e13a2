package dev.canswarm.protocol;

import dev.canswarm.policy.RoleName;

/**
 * A role as a pure function of what is stored about a NEED. It says all that it still owes, however
 * often it is asked: what is done already fills its slot and is not owed again.
 */
public interface Role {
  /** Which role this is. */
  RoleName name();

  /** Everything that the role owes now, whether or not it said so before. */
  Reaction react(NeedView view, Deadlines deadlines);

  /** The reaction to the result of an effect that this role asked for. */
  default Reaction onResult(NeedView view, EffectResult result) {
    return Reaction.NONE;
  }
}
