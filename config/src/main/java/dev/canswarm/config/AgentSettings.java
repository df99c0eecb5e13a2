package dev.canswarm.config;

/**
 * The number of agents that this process runs per role. A role that is not in {@link
 * SwarmSettings#roles} runs none, even if it has a number here.
 */
public record AgentSettings(
    int planners, int deciders, int workers, int verifiers, int coordinators, int gateways) {
  /** Returns the number of agents for the role, 0 or more. */
  public int of(SwarmRole role) {
    return switch (role) {
      case PLANNER -> planners;
      case DECIDER -> deciders;
      case WORKER -> workers;
      case VERIFIER -> verifiers;
      case COORDINATOR -> coordinators;
      case GATEWAY -> gateways;
    };
  }
}
