package dev.canswarm.simulation.checker;

import java.util.Set;

/**
 * The swarm to check.
 *
 * @param bootstrap Kafka's address, host:port
 * @param jdbcUrl PostgreSQL's URL, with the user
 * @param swarmId the swarm's name
 * @param acknowledged positions of the intake records that Kafka acknowledged, as {@code
 *     partition/offset}
 */
public record CheckedSwarm(
    String bootstrap, String jdbcUrl, String swarmId, Set<String> acknowledged) {
  public CheckedSwarm {
    acknowledged = Set.copyOf(acknowledged);
  }
}
