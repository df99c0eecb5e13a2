package dev.canswarm.pipeline.sim.scenario;

import java.util.List;

/**
 * A process.
 *
 * @param agents names; nodes with the same agents share the work
 * @param lying whether its task code gives wrong answers
 */
public record NodeSpec(String name, List<String> agents, boolean lying) {
  public NodeSpec {
    agents = List.copyOf(agents);
  }
}
