package dev.canswarm.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All settings of a process, validated. Immutable. Every path is absolute. {@link SettingKeys}
 * documents each setting and its bounds.
 *
 * @param roles at least one, without duplicates
 * @param needsCachedMax the most open NEEDs that are cached
 * @param needsOpenMax the most NEEDs begun here and not over
 * @param policyFile empty selects the built-in policy
 * @param artifactsBytesMax the size limit of an artifact, in bytes
 * @param auditSegmentBytesMax the size limit of an audit log segment, in bytes
 * @param sweepIntervalMillis the time between two polls for due NEEDs, in milliseconds
 * @param shutdownTimeoutMillis the drain timeout, in milliseconds
 */
public record SwarmSettings(
    String swarmId,
    Path data,
    KafkaSettings kafka,
    PostgresSettings postgres,
    RedisSettings redis,
    HttpSettings http,
    IntakeMode intake,
    List<SwarmRole> roles,
    AgentSettings agents,
    int needsCachedMax,
    int needsOpenMax,
    EnvelopeCacheSettings envelopeCache,
    TaskSettings tasks,
    Optional<Path> policyFile,
    Path trustFile,
    KeySettings keys,
    EngineMode engine,
    long artifactsBytesMax,
    long auditSegmentBytesMax,
    RetrySettings retry,
    long sweepIntervalMillis,
    long shutdownTimeoutMillis,
    TracingSettings tracing,
    LogLevel logLevel,
    LogFormat logFormat) {
  public SwarmSettings {
    roles = List.copyOf(roles);
  }

  /**
   * Whether the gateway accepts unsigned NEEDs from the intake topic; resolves {@link
   * IntakeMode#AUTO}.
   */
  public boolean intakeEnabled() {
    return switch (intake) {
      case AUTO -> embeddedKafka();
      case TRUE -> true;
      case FALSE -> false;
    };
  }

  /** Whether this process plays the role. */
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

  /** Whether this process runs at least one of the three servers itself. */
  public boolean embeddedAny() {
    return embeddedKafka() || embeddedPostgres() || embeddedRedis();
  }
}
