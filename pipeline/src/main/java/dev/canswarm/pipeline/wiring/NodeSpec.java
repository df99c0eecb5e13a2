package dev.canswarm.pipeline.wiring;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.rule.ModuleRules;
import dev.canswarm.task.TaskHandler;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The input from which a process of the swarm is wired.
 *
 * @param servers addresses of Kafka, PostgreSQL and Redis
 * @param agents agents whose roles this process plays; their names also determine its consumer
 *     group
 * @param rotated where private keys of these agents come from that are not theirs yet, or no more
 * @param operator signs the CANCELs of this machine's user; empty if there is no such key here
 * @param engine verifies signatures
 * @param audit of this process alone
 * @param tasks task handlers in addition to the built-in and configured ones
 */
public record NodeSpec(
    SwarmSettings settings,
    Servers servers,
    List<AgentKey> agents,
    RotatedKeys rotated,
    Optional<SigningKey> operator,
    SignatureEngine engine,
    Audit audit,
    Shared shared,
    List<TaskHandler> tasks) {

  /**
   * The addresses of the servers, with the logins.
   *
   * @param postgresOwner migrates the tables; empty only checks them
   */
  public record Servers(
      KafkaEndpoint kafka,
      PostgresEndpoint postgres,
      Optional<PostgresEndpoint> postgresOwner,
      String redisUri) {}

  /**
   * The directory of the audit log, and its signing key.
   *
   * @param key signs its checkpoints; the name of the process follows from it
   * @param directory one log per directory
   */
  public record Audit(SigningKey key, Path directory) {}

  /**
   * The parts that all processes of a swarm share.
   *
   * @param trust what is in force before the first entry of the control chain
   * @param policy the policy file's bytes
   * @param artifacts the directory of the artifacts
   * @param modules the modules that the policy names
   */
  public record Shared(
      TrustState trust, byte[] policy, Path artifacts, ModuleRules.Source modules) {
    /** The shared parts under a policy that names no modules. */
    public Shared(TrustState trust, byte[] policy, Path artifacts) {
      this(trust, policy, artifacts, module -> Optional.empty());
    }
  }

  public NodeSpec {
    agents = List.copyOf(agents);
    tasks = List.copyOf(tasks);
  }

  /**
   * Returns the input for another process of the same swarm on the same machine, which shares the
   * servers and the artifacts.
   */
  public NodeSpec withAgents(List<AgentKey> others, Audit itsAudit, List<TaskHandler> itsTasks) {
    return new NodeSpec(
        settings, servers, others, rotated, operator, engine, itsAudit, shared, itsTasks);
  }
}
