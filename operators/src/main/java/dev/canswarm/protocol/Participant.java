package dev.canswarm.protocol;

import dev.canswarm.policy.Role;

/**
 * A role as a pure function of what is stored about a NEED. It says all that it still owes, however
 * often it is asked: what is done already fills its slot and is not owed again.
 */
public interface Participant {
  /** Which role this is. */
  Role role();

  /** What is owed now. */
  Reaction react(NeedView view, Timers timers);

  /** What follows from the answer to an effect that this role asked for. */
  default Reaction answer(NeedView view, Answer answer) {
    return Reaction.NONE;
  }
}
