package dev.canswarm.config;

import static dev.canswarm.config.SettingKey.secret;
import static dev.canswarm.config.SettingKey.setting;
import static dev.canswarm.config.SettingTypes.choice;
import static dev.canswarm.config.SettingTypes.integer;
import static dev.canswarm.config.SettingTypes.whole;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Every setting there is, in the order in which people read them. The named commands are in {@link
 * ExecKeys}.
 */
public final class SettingKeys {
  /** What the environment variables of settings begin with. */
  public static final String ENVIRONMENT_PREFIX = "SWARM_";

  /** Variables with that prefix which are no settings: the launcher reads them. */
  public static final List<String> ENVIRONMENT_OTHER = List.of("SWARM_JAVA_OPTS", "SWARM_HOME");

  private static final int MEBIBYTE = 1 << 20;
  private static final int PORT_MAX = 65535;
  private static final int AGENTS_MAX = 64;
  private static final long YEARS_TEN_MS = 315_360_000_000L;

  static final SettingKey<String> SWARM_ID =
      setting(
          "swarm.id",
          SettingTypes.text("1 to 64 of A-Z a-z 0-9 . _ -", "[A-Za-z0-9._-]{1,64}"),
          "can-swarm",
          "Name of the swarm; an envelope of another swarm is refused.");
  static final SettingKey<Path> DATA =
      setting(
          "data",
          SettingTypes.path(),
          "./.swarm",
          "Directory of keys, trust file, audit log, artifacts and embedded servers.");
  static final SettingKey<Optional<String>> KAFKA_BOOTSTRAP =
      setting(
          "kafka.bootstrap",
          SettingTypes.bootstrap(),
          "",
          "Kafka to use; nothing: an embedded broker.");
  static final SettingKey<Integer> KAFKA_PORT =
      setting(
          "kafka.port", integer(0, PORT_MAX), "19092", "Port of the embedded broker; 0: any free.");
  static final SettingKey<Integer> KAFKA_PARTITIONS =
      setting(
          "kafka.partitions",
          integer(1, 1024),
          "8",
          "Partitions of every topic that is created; bounds the processes that share a role.");
  static final SettingKey<Integer> KAFKA_REPLICATION =
      setting(
          "kafka.replication", integer(1, 15), "1", "Copies of every partition that is created.");
  static final SettingKey<Integer> KAFKA_MIN_INSYNC =
      setting(
          "kafka.min-insync",
          integer(1, 15),
          "1",
          "Copies that must have a record before it is acknowledged; at most kafka.replication.");
  static final SettingKey<Long> KAFKA_RETENTION =
      setting(
          "kafka.retention-ms",
          // Longer than the longest deadline of the built-in policy, ten minutes.
          whole(900_000, YEARS_TEN_MS),
          "604800000",
          "How long topics keep records; must exceed the policy's longest deadline.");
  static final SettingKey<Integer> KAFKA_IN_FLIGHT_MAX =
      setting(
          "kafka.in-flight-max",
          integer(1, 65_536),
          "1024",
          "Records taken from Kafka and not yet acknowledged.");
  static final SettingKey<Integer> KAFKA_POLL_RECORDS_MAX =
      setting(
          "kafka.poll-records-max",
          integer(1, 65_536),
          "256",
          "Records that one poll takes; at most kafka.in-flight-max.");
  static final SettingKey<Long> KAFKA_COMMIT_INTERVAL =
      setting(
          "kafka.commit-interval-ms",
          whole(10, 60_000),
          "200",
          "How often acknowledged positions are committed.");
  static final SettingKey<Integer> KAFKA_SEND_IN_FLIGHT_MAX =
      setting(
          "kafka.send-in-flight-max",
          integer(1, 65_536),
          "1024",
          "Records sent and not yet acknowledged by Kafka.");
  static final SettingKey<Integer> KAFKA_SESSION_TIMEOUT =
      setting(
          "kafka.session-timeout-ms",
          integer(1000, 1_800_000),
          "10000",
          "Silence after which a process loses its partitions to the others.");
  static final SettingKey<Integer> KAFKA_RECORD_BYTES_MAX =
      setting(
          "kafka.record-bytes-max",
          integer(65_536, 64 * MEBIBYTE),
          "1048576",
          "Size of a record; must leave room for the policy's payload_bytes_max.");
  static final SettingKey<Optional<PostgresEndpoint>> POSTGRES_URL =
      secret(
          "postgres.url",
          SettingTypes.postgres(),
          "",
          "PostgreSQL to use; nothing: an embedded one.");
  static final SettingKey<Integer> POSTGRES_PORT =
      setting(
          "postgres.port",
          integer(0, PORT_MAX),
          "15432",
          "Port of the embedded PostgreSQL; 0: any free.");
  static final SettingKey<Integer> POSTGRES_CONNECTIONS_MAX =
      setting("postgres.connections-max", integer(1, 256), "8", "Connections to PostgreSQL.");
  static final SettingKey<Integer> POSTGRES_BATCH_ROWS_MAX =
      setting(
          "postgres.batch-rows-max", integer(1, 10_000), "500", "Rows that one statement writes.");
  static final SettingKey<Integer> POSTGRES_STATEMENT_TIMEOUT =
      setting(
          "postgres.statement-timeout-ms",
          integer(100, 600_000),
          "10000",
          "Time that one statement may take; after it, it is tried again.");
  static final SettingKey<Optional<Secret>> REDIS_URL =
      secret("redis.url", SettingTypes.redis(), "", "Redis to use; nothing: an embedded one.");
  static final SettingKey<Integer> REDIS_PORT =
      setting(
          "redis.port", integer(0, PORT_MAX), "16379", "Port of the embedded Redis; 0: any free.");
  static final SettingKey<Integer> REDIS_TIMEOUT =
      setting(
          "redis.timeout-ms",
          integer(10, 60_000),
          "1000",
          "Time that one Redis command may take; after it, the decision goes on without Redis.");
  static final SettingKey<IntakeMode> INTAKE_ENABLED =
      setting(
          "intake.enabled",
          choice(IntakeMode.class),
          "auto",
          "Whether plain NEEDs are taken from swarm.intake; auto: when Kafka is embedded.");
  static final SettingKey<List<SwarmRole>> ROLES =
      setting(
          "roles",
          SettingTypes.choices(SwarmRole.class),
          "planner,decider,worker,verifier,coordinator,gateway",
          "Roles of this process.");
  static final SettingKey<Integer> PLANNERS =
      setting("agents.planners", agents(), "1", "Planners that this process runs.");
  static final SettingKey<Integer> DECIDERS =
      setting("agents.deciders", agents(), "1", "Deciders that this process runs.");
  static final SettingKey<Integer> WORKERS =
      setting("agents.workers", agents(), "2", "Workers that this process runs.");
  static final SettingKey<Integer> VERIFIERS =
      setting("agents.verifiers", agents(), "4", "Verifiers that this process runs.");
  static final SettingKey<Integer> COORDINATORS =
      setting("agents.coordinators", agents(), "1", "Coordinators that this process runs.");
  static final SettingKey<Integer> GATEWAYS =
      setting("agents.gateways", agents(), "1", "Gateways that this process runs.");
  static final SettingKey<Integer> LANES =
      setting("lanes", integer(1, 4096), "256", "NEEDs handled at once.");
  static final SettingKey<Integer> NEEDS_CACHED_MAX =
      setting(
          "needs-cached-max",
          integer(1, 1_000_000),
          "10000",
          "Open NEEDs kept in memory; others are read from PostgreSQL.");
  static final SettingKey<Integer> TASKS_RUNNING_MAX =
      setting("tasks.running-max", integer(1, 1024), "8", "Tasks that run at once.");
  static final SettingKey<List<Path>> TASKS_PLUGIN_PATH =
      setting(
          "tasks.plugin-path",
          SettingTypes.paths(),
          "",
          "Jars, and directories of jars, with further task types.");
  static final SettingKey<Optional<Path>> POLICY_FILE =
      setting(
          "policy.file", SettingTypes.optionalPath(), "", "Policy in JSON; nothing: the built-in.");
  static final SettingKey<Optional<Path>> TRUST_FILE =
      setting(
          "trust.file",
          SettingTypes.optionalPath(),
          "",
          "Who may do what; nothing: trust.yaml in the data directory.");
  static final SettingKey<EngineMode> CRYPTO_ENGINE =
      setting(
          "crypto.engine",
          choice(EngineMode.class),
          "auto",
          "Ed25519: native, in Java, or the JDK's; auto: the fastest that works on this machine.");
  static final SettingKey<Long> ARTIFACTS_BYTES_MAX =
      setting(
          "artifacts.bytes-max", whole(1, 1024L * MEBIBYTE), "67108864", "Size of an artifact.");
  static final SettingKey<Long> AUDIT_SEGMENT_BYTES_MAX =
      setting(
          "audit.segment-bytes-max",
          whole(4096, 1024L * MEBIBYTE),
          "67108864",
          "Size at which the audit log begins another segment.");
  static final SettingKey<Long> RETRY_FIRST =
      setting(
          "retry.first-ms",
          whole(1, 60_000),
          "100",
          "First wait while a server is away; it doubles up to retry.max-ms.");
  static final SettingKey<Long> RETRY_MAX =
      setting(
          "retry.max-ms",
          whole(1, 600_000),
          "5000",
          "Longest wait between attempts; at least retry.first-ms.");
  static final SettingKey<Long> SWEEP_INTERVAL =
      setting(
          "sweep.interval-ms",
          whole(10, 60_000),
          "500",
          "How often a coordinator looks for NEEDs that are due.");
  static final SettingKey<Long> SHUTDOWN_TIMEOUT =
      setting(
          "shutdown.timeout-ms",
          whole(0, 600_000),
          "20000",
          "How long work under way may take to drain when the process is asked to stop.");
  static final SettingKey<LogLevel> LOG_LEVEL =
      setting(
          "log.level", choice(LogLevel.class), "info", "Least severe messages that are logged.");

  private static final List<SettingKey<?>> ALL =
      List.of(
          SWARM_ID,
          DATA,
          KAFKA_BOOTSTRAP,
          KAFKA_PORT,
          KAFKA_PARTITIONS,
          KAFKA_REPLICATION,
          KAFKA_MIN_INSYNC,
          KAFKA_RETENTION,
          KAFKA_IN_FLIGHT_MAX,
          KAFKA_POLL_RECORDS_MAX,
          KAFKA_COMMIT_INTERVAL,
          KAFKA_SEND_IN_FLIGHT_MAX,
          KAFKA_SESSION_TIMEOUT,
          KAFKA_RECORD_BYTES_MAX,
          POSTGRES_URL,
          POSTGRES_PORT,
          POSTGRES_CONNECTIONS_MAX,
          POSTGRES_BATCH_ROWS_MAX,
          POSTGRES_STATEMENT_TIMEOUT,
          REDIS_URL,
          REDIS_PORT,
          REDIS_TIMEOUT,
          INTAKE_ENABLED,
          ROLES,
          PLANNERS,
          DECIDERS,
          WORKERS,
          VERIFIERS,
          COORDINATORS,
          GATEWAYS,
          LANES,
          NEEDS_CACHED_MAX,
          TASKS_RUNNING_MAX,
          TASKS_PLUGIN_PATH,
          POLICY_FILE,
          TRUST_FILE,
          CRYPTO_ENGINE,
          ARTIFACTS_BYTES_MAX,
          AUDIT_SEGMENT_BYTES_MAX,
          RETRY_FIRST,
          RETRY_MAX,
          SWEEP_INTERVAL,
          SHUTDOWN_TIMEOUT,
          LOG_LEVEL);

  private SettingKeys() {}

  /** All but the named commands. */
  public static List<SettingKey<?>> all() {
    return ALL;
  }

  /** The setting of that dotted name, a named command's too, or empty. */
  public static Optional<SettingKey<?>> find(String name) {
    List<SettingKey<?>> candidates =
        ExecKeys.name(name).map(command -> new ExecKeys(command).all()).orElse(ALL);
    return candidates.stream().filter(key -> key.name().equals(name)).findFirst();
  }

  private static SettingType<Integer> agents() {
    return integer(1, AGENTS_MAX);
  }
}
