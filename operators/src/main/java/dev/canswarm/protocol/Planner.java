package dev.canswarm.protocol;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Kind;
import dev.canswarm.policy.Role;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Propose;
import java.util.List;

/** Proposes a plan for every NEED whose task types it knows. */
public final class Planner implements Participant {
  private final Rules rules;
  private final List<Agent> agents;

  /**
   * The planners of this process.
   *
   * @param agents each proposes for itself
   */
  public Planner(Rules rules, List<Agent> agents) {
    this.rules = rules;
    this.agents = List.copyOf(agents);
  }

  @Override
  public Role role() {
    return Role.PLANNER;
  }

  @Override
  public Reaction react(NeedView view, Timers timers) {
    Message need = view.need();
    if (need == null || view.decide() != null || view.finalized() != null) {
      return Reaction.NONE;
    }
    Need wanted = need.as(Need.class);
    if (!wanted.tasks().stream().allMatch(task -> rules.taskTypes().contains(task.taskType()))) {
      return Reaction.NONE;
    }
    Reaction reaction = Reaction.NONE;
    for (Agent agent : agents) {
      String slot = Slots.propose(agent.key());
      if (!view.filled(slot)) {
        reaction =
            reaction.and(
                Reaction.emit(Move.PROPOSE, new Emission.Say(slot, agent, draft(need, rules))));
      }
    }
    return reaction;
  }

  /** The proposal that follows from a NEED. */
  public static Draft draft(Message need, Rules rules) {
    Propose propose = Plans.of(need.as(Need.class), rules.policy());
    return new Draft(
        Kind.PROPOSE,
        need.envelope().threadId(),
        need.id(),
        need.envelope().lamport() + 1,
        List.of(need.id()),
        null,
        rules.policy().hash(),
        propose.toJson());
  }
}
