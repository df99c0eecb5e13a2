package dev.canswarm.protocol.role;

import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.DecisionRule;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes the roles that a process's agents play. */
public final class ReactingRoles {
  private ReactingRoles() {}

  /**
   * Returns a role for these agents; empty for a role that does not react to stored messages.
   *
   * @param decisionRule by which a decider chooses among proposals
   */
  public static Optional<Role> of(
      RoleName name, Rules rules, List<Agent> agents, DecisionRule decisionRule) {
    return of(name, rules, agents, decisionRule, agent -> true);
  }

  private static Optional<Role> of(
      RoleName name,
      Rules rules,
      List<Agent> agents,
      DecisionRule decisionRule,
      Predicate<Agent> canSign) {
    return switch (name) {
      case PLANNER -> Optional.of(new Planner(rules, agents));
      case DECIDER -> Optional.of(new Decider(rules, agents, decisionRule));
      case WORKER -> Optional.of(new Worker(rules, agents, canSign));
      case VERIFIER -> Optional.of(new Verifier(rules, agents));
      case COORDINATOR -> Optional.of(new Coordinator(rules, agents));
      case GATEWAY, CLIENT, OPERATOR, ADMIN, NODE -> Optional.empty();
    };
  }

  /** Whether a role reacts to stored messages. */
  public static boolean reacts(RoleName name) {
    return switch (name) {
      case PLANNER, DECIDER, WORKER, VERIFIER, COORDINATOR -> true;
      case GATEWAY, CLIENT, OPERATOR, ADMIN, NODE -> false;
    };
  }

  /** The roles of agents whose keys are all in this process. */
  public static List<Role> playedBy(List<Agent> agents, Rules rules, DecisionRule decisionRule) {
    return playedBy(agents, rules, decisionRule, agent -> true);
  }

  /**
   * The roles that at least one of these agents plays, in the order of the roles.
   *
   * @param canSign whether an agent can sign now
   */
  public static List<Role> playedBy(
      List<Agent> agents, Rules rules, DecisionRule decisionRule, Predicate<Agent> canSign) {
    List<Role> roles = new ArrayList<>();
    for (RoleName name : RoleName.values()) {
      List<Agent> playing = agents.stream().filter(agent -> agent.role() == name).toList();
      if (!playing.isEmpty()) {
        of(name, rules, playing, decisionRule, canSign).ifPresent(roles::add);
      }
    }
    return roles;
  }
}
