package dev.canswarm.config;

/** How many agents of each role this process runs, where it has that role at all. */
public record AgentSettings(
    int planners, int deciders, int workers, int verifiers, int coordinators, int gateways) {
  /** Agents of that role. */
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
