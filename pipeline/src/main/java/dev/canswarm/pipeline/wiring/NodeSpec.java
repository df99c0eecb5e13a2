package dev.canswarm.pipeline.wiring;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.task.TaskHandler;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process of the swarm is made of.
 *
 * @param servers where Kafka, PostgreSQL and Redis are
 * @param agents whose roles this process plays; their names also name its consumer group
 * @param engine verifies
 * @param nodeKey signs this process's audit log
 * @param policy the policy file's bytes
 * @param audit directory of the audit log; one log per directory
 * @param artifacts directory of the artifacts, shared by processes of one swarm
 * @param tasks what workers can do beside what is built in and configured
 */
public record NodeSpec(
    SwarmSettings settings,
    Servers servers,
    List<AgentKey> agents,
    SignatureEngine engine,
    SigningKey nodeKey,
    TrustRegistry trust,
    byte[] policy,
    Path audit,
    Path artifacts,
    List<TaskHandler> tasks) {

  /** Where the servers are. */
  public record Servers(String kafkaBootstrap, PostgresEndpoint postgres, String redisUri) {}

  public NodeSpec {
    agents = List.copyOf(agents);
    tasks = List.copyOf(tasks);
  }
}
