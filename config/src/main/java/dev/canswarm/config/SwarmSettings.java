package dev.canswarm.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All settings of a process, checked. Immutable. Every path in it is absolute. What each one means
 * and may hold is in {@link SettingKeys}.
 *
 * @param roles at least one, none twice
 * @param lanes NEEDs handled at once
 * @param policyFile empty: the built-in policy
 */
public record SwarmSettings(
    String swarmId,
    Path data,
    KafkaSettings kafka,
    PostgresSettings postgres,
    RedisSettings redis,
    IntakeMode intake,
    List<SwarmRole> roles,
    AgentSettings agents,
    int lanes,
    int needsCachedMax,
    TaskSettings tasks,
    Optional<Path> policyFile,
    Path trustFile,
    EngineMode engine,
    long artifactsBytesMax,
    long auditSegmentBytesMax,
    RetrySettings retry,
    long sweepIntervalMillis,
    long shutdownTimeoutMillis,
    LogLevel logLevel) {
  public SwarmSettings {
    roles = List.copyOf(roles);
  }

  /** Whether plain NEEDs are taken from the intake topic. */
  public boolean intakeEnabled() {
    return switch (intake) {
      case AUTO -> embeddedKafka();
      case TRUE -> true;
      case FALSE -> false;
    };
  }

  /** Whether this process takes part as that role. */
  public boolean has(SwarmRole role) {
    return roles.contains(role);
  }

  /** Whether this process runs the broker itself. */
  public boolean embeddedKafka() {
    return kafka.embedded();
  }

  /** Whether this process runs PostgreSQL itself. */
  public boolean embeddedPostgres() {
    return postgres.embedded();
  }

  /** Whether this process runs Redis itself. */
  public boolean embeddedRedis() {
    return redis.embedded();
  }

  /** Whether this process runs any server itself. */
  public boolean embeddedAny() {
    return embeddedKafka() || embeddedPostgres() || embeddedRedis();
  }
}
