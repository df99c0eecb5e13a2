package dev.canswarm.protocol.role;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Plans;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Propose;
import java.util.List;

/** Proposes a plan for every NEED whose task types it knows. */
public final class Planner implements Role {
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
  public RoleName name() {
    return RoleName.PLANNER;
  }

  @Override
  public Reaction react(NeedView view, Deadlines deadlines) {
    Message need = view.need();
    if (need == null || view.decision() != null || view.finalized() != null) {
      return Reaction.NONE;
    }
    Need wanted = need.as(Need.class);
    if (!wanted.tasks().stream().allMatch(task -> rules.taskTypes().contains(task.taskType()))) {
      return Reaction.NONE;
    }
    Reaction reaction = Reaction.NONE;
    for (Agent agent : agents) {
      Slot slot = Slot.propose(agent.key());
      if (!view.filled(slot)) {
        reaction =
            reaction.and(
                Reaction.emit(Move.PROPOSE, new Emission.Say(slot, agent, draft(need, rules))));
      }
    }
    return reaction;
  }

  /** Returns the draft of the PROPOSE that follows from a NEED. */
  public static Draft draft(Message need, Rules rules) {
    Propose propose = Plans.of(need.as(Need.class), rules.policy());
    return Draft.builder(Verb.PROPOSE, need.envelope().threadId())
        .need(need.envelope().need())
        .lamport(need.envelope().lamport() + 1)
        .parents(List.of(need.id()))
        .policyHash(rules.policy().hash())
        .payload(propose.toJson())
        .build();
  }
}
