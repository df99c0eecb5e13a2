package dev.canswarm.pipeline.checker;

import java.util.Set;

/**
 * What is to be judged.
 *
 * @param bootstrap Kafka's, host:port
 * @param jdbcUrl PostgreSQL's, with the user in it
 * @param swarmId the swarm's name
 * @param acknowledged places of records on the intake topic that Kafka acknowledged, as {@code
 *     partition/offset}
 */
public record Subject(String bootstrap, String jdbcUrl, String swarmId, Set<String> acknowledged) {
  public Subject {
    acknowledged = Set.copyOf(acknowledged);
  }
}
