package dev.canswarm.stage;

import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Roles;
import java.util.Set;

/**
 * A coordinator of a NEED whose DECIDE pins rules that are not known here: it does nothing that
 * depends on them, and ends the NEED when it is cancelled or its deadline has passed. Thread-safe
 * as the role is.
 */
record EndingRole(Role coordinator) implements Role {
  private static final Set<Move> ENDS = Set.of(Move.END_CANCELLED, Move.END_EXPIRED);

  /** The same roles and checks, of which only a coordinator reacts, and only to end NEEDs. */
  static StageContext.Duties only(StageContext.Duties duties) {
    Roles roles =
        Roles.of(
            duties.roles().playing(RoleName.COORDINATOR).stream()
                .<Role>map(EndingRole::new)
                .toList());
    return new StageContext.Duties(
        duties.rules(), duties.policyCheck(), duties.derivedCheck(), roles, duties.isGateway());
  }

  @Override
  public RoleName name() {
    return coordinator.name();
  }

  @Override
  public Reaction react(NeedView view, Deadlines deadlines) {
    Reaction reaction = coordinator.react(view, deadlines);
    return ENDS.containsAll(reaction.moves()) ? reaction : Reaction.NONE;
  }

  @Override
  public Reaction onResult(NeedView view, EffectResult result) {
    return Reaction.NONE;
  }
}
