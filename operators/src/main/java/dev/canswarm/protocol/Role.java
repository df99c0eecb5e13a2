package dev.canswarm.protocol;

import dev.canswarm.policy.RoleName;

/**
 * A role as a pure function of everything that is stored about a NEED. Each call returns everything
 * that the role still owes; work that is done fills its slot and is not owed again.
 */
public interface Role {
  /** Returns the name of this role. */
  RoleName name();

  /** Returns everything that the role owes now, even if an earlier call returned it too. */
  Reaction react(NeedView view, Deadlines deadlines);

  /** Returns the reaction to the result of an effect that this role asked for. */
  default Reaction onResult(NeedView view, EffectResult result) {
    return Reaction.NONE;
  }
}
