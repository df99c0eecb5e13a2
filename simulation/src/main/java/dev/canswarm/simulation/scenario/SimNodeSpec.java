package dev.canswarm.simulation.scenario;

import java.util.List;

/**
 * A simulated process.
 *
 * @param agents names of its agents; nodes with the same agents share the partitions
 * @param lying whether its task handlers give wrong answers
 */
public record SimNodeSpec(String name, List<String> agents, boolean lying) {
  public SimNodeSpec {
    agents = List.copyOf(agents);
  }
}
