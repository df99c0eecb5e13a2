package dev.canswarm.config;

import static dev.canswarm.config.SettingKey.secret;
import static dev.canswarm.config.SettingKey.setting;
import static dev.canswarm.config.SettingTypes.choice;
import static dev.canswarm.config.SettingTypes.integer;
import static dev.canswarm.config.SettingTypes.whole;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All settings, in the order of the documentation. The settings of named commands are in {@link
 * ExecKeys}, and those of agents with a signer of their own in {@link ExternalKeys}.
 */
public final class SettingKeys {
  /** The prefix of the environment variables that set settings. */
  public static final String ENVIRONMENT_PREFIX = "SWARM_";

  /** Variables with the same prefix that the launcher reads. They are not settings. */
  public static final List<String> ENVIRONMENT_OTHER = List.of("SWARM_JAVA_OPTS", "SWARM_HOME");

  private static final int MEBIBYTE = 1 << 20;
  static final int PORT_MAX = 65535;
  private static final int AGENTS_MAX = 64;
  private static final long YEARS_TEN_MS = 315_360_000_000L;

  static final SettingKey<String> SWARM_ID =
      setting(
          "swarm.id",
          SettingTypes.text("1 to 64 of A-Z a-z 0-9 . _ -", "[A-Za-z0-9._-]{1,64}"),
          "can-swarm",
          "Name of the swarm; envelopes of other swarms are refused.");
  static final SettingKey<Path> DATA =
      setting(
          "data",
          SettingTypes.path(),
          "./.swarm",
          "Directory for keys, trust file, audit log, artifacts and embedded servers.");
  static final SettingKey<Optional<String>> KAFKA_BOOTSTRAP =
      setting(
          "kafka.bootstrap",
          SettingTypes.bootstrap(),
          "",
          "Bootstrap servers of Kafka; empty starts an embedded broker.");
  static final SettingKey<Integer> KAFKA_PORT =
      setting(
          "kafka.port",
          integer(0, PORT_MAX),
          "19092",
          "Port of the embedded broker for clients without a login; 0 picks a free one.");
  static final SettingKey<Optional<Integer>> KAFKA_SASL_PORT =
      setting(
          "kafka.sasl-port",
          SettingTypes.optionalInteger(0, PORT_MAX),
          "",
          "Port of the embedded broker for clients that log in; 0 picks a free one, and empty the"
              + " one after kafka.port.");
  static final SettingKey<Integer> KAFKA_PARTITIONS =
      setting(
          "kafka.partitions",
          integer(1, 1024),
          "8",
          "Partitions of every created topic; at most this many processes share a role.");
  static final SettingKey<Integer> KAFKA_REPLICATION =
      setting("kafka.replication", integer(1, 15), "1", "Replicas of every created partition.");
  static final SettingKey<Integer> KAFKA_MIN_INSYNC =
      setting(
          "kafka.min-insync",
          integer(1, 15),
          "1",
          "Replicas that must store a record before Kafka acknowledges it; at most"
              + " kafka.replication.");
  static final SettingKey<Long> KAFKA_RETENTION =
      setting(
          "kafka.retention-ms",
          // Above the longest deadline of the built-in policy, which is ten minutes.
          whole(900_000, YEARS_TEN_MS),
          "604800000",
          "Retention of the topics; must exceed the policy's longest deadline.");
  static final SettingKey<Integer> KAFKA_IN_FLIGHT_MAX =
      setting(
          "kafka.in-flight-max",
          integer(1, 65_536),
          "1024",
          "Most records received and not yet acknowledged.");
  static final SettingKey<Long> KAFKA_IN_FLIGHT_BYTES_MAX =
      setting(
          "kafka.in-flight-bytes-max",
          whole(65_536, 1024L * MEBIBYTE),
          "33554432",
          "Most bytes of received values not yet acknowledged; one poll may exceed it.");
  static final SettingKey<Integer> KAFKA_POLL_RECORDS_MAX =
      setting(
          "kafka.poll-records-max",
          integer(1, 65_536),
          "256",
          "Most records that one poll returns; at most kafka.in-flight-max.");
  static final SettingKey<Long> KAFKA_COMMIT_INTERVAL =
      setting(
          "kafka.commit-interval-ms",
          whole(10, 60_000),
          "200",
          "Interval between commits of acknowledged offsets.");
  static final SettingKey<Integer> KAFKA_SEND_IN_FLIGHT_MAX =
      setting(
          "kafka.send-in-flight-max",
          integer(1, 65_536),
          "1024",
          "Most records sent and not yet acknowledged by Kafka.");
  static final SettingKey<Integer> KAFKA_SESSION_TIMEOUT =
      setting(
          "kafka.session-timeout-ms",
          integer(1000, 1_800_000),
          "10000",
          "Time without a heartbeat after which a process's partitions go to other processes.");
  static final SettingKey<Integer> KAFKA_RECORD_BYTES_MAX =
      setting(
          "kafka.record-bytes-max",
          integer(65_536, 64 * MEBIBYTE),
          "1048576",
          "Largest record; must exceed the policy's payload_bytes_max with room for the envelope.");
  static final SettingKey<Optional<PostgresEndpoint>> POSTGRES_URL =
      secret(
          "postgres.url",
          SettingTypes.postgres(),
          "",
          "URL of PostgreSQL; empty starts an embedded server.");
  static final SettingKey<Optional<Secret>> POSTGRES_PASSWORD =
      secret(
          "postgres.password",
          SettingTypes.password(),
          "",
          "Password for postgres.url, instead of one in the URL.");
  static final SettingKey<Optional<PostgresEndpoint>> POSTGRES_OWNER_URL =
      secret(
          "postgres.owner-url",
          SettingTypes.postgres(),
          "",
          "URL for the owner of the tables, who migrates them; without it they are only checked.");
  static final SettingKey<Optional<Secret>> POSTGRES_OWNER_PASSWORD =
      secret(
          "postgres.owner-password",
          SettingTypes.password(),
          "",
          "Password for postgres.owner-url, instead of one in the URL.");
  static final SettingKey<Integer> POSTGRES_PORT =
      setting(
          "postgres.port",
          integer(0, PORT_MAX),
          "15432",
          "Port of the embedded PostgreSQL; 0 picks a free one.");
  static final SettingKey<Integer> POSTGRES_CONNECTIONS_MAX =
      setting("postgres.connections-max", integer(1, 256), "8", "Most connections to PostgreSQL.");
  static final SettingKey<Integer> POSTGRES_STATEMENT_TIMEOUT =
      setting(
          "postgres.statement-timeout-ms",
          integer(100, 600_000),
          "10000",
          "Longest duration of one statement; it is retried afterwards.");
  static final SettingKey<Optional<Secret>> REDIS_URL =
      secret(
          "redis.url", SettingTypes.redis(), "", "URL of Redis; empty starts an embedded server.");
  static final SettingKey<Optional<Secret>> REDIS_PASSWORD =
      secret(
          "redis.password",
          SettingTypes.password(),
          "",
          "Password for redis.url, instead of one in the URL; before the @ is then the user.");
  static final SettingKey<Integer> REDIS_PORT =
      setting(
          "redis.port",
          integer(0, PORT_MAX),
          "16379",
          "Port of the embedded Redis; 0 picks a free one.");
  static final SettingKey<Integer> REDIS_TIMEOUT =
      setting(
          "redis.timeout-ms",
          integer(10, 60_000),
          "1000",
          "Longest duration of one Redis command; afterwards the decision proceeds without Redis.");
  static final SettingKey<Boolean> HTTP_ENABLED =
      setting(
          "http.enabled",
          SettingTypes.flag(),
          "true",
          "Whether ./swarm up answers HTTP: health, metrics, NEEDs.");
  static final SettingKey<String> HTTP_HOST =
      setting(
          "http.host",
          SettingTypes.text(
              "a host name or an IP address", "[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.%]{2,64}"),
          "127.0.0.1",
          "Interface on which HTTP is answered; any but loopback asks every request for the"
              + " token.");
  static final SettingKey<Integer> HTTP_PORT =
      setting(
          "http.port",
          integer(0, PORT_MAX),
          "19080",
          "Port of HTTP; 0 picks a free one; so does the default if it is taken, or with --join.");
  static final SettingKey<Optional<Path>> HTTP_TOKEN_FILE =
      setting(
          "http.token-file",
          SettingTypes.optionalPath(),
          "",
          "File of mode 0600 with the bearer token; empty selects http.token in the data directory,"
              + " which is made when it is needed.");
  static final SettingKey<IntakeMode> INTAKE_ENABLED =
      setting(
          "intake.enabled",
          choice(IntakeMode.class),
          "auto",
          "Whether unsigned NEEDs are accepted from swarm.intake; auto: only with the embedded"
              + " Kafka.");
  static final SettingKey<List<SwarmRole>> ROLES =
      setting(
          "roles",
          SettingTypes.choices(SwarmRole.class),
          "planner,decider,worker,verifier,coordinator,gateway",
          "Roles that this process plays.");
  static final SettingKey<Integer> PLANNERS =
      setting("agents.planners", agents(), "1", "Number of planners in this process.");
  static final SettingKey<Integer> DECIDERS =
      setting("agents.deciders", agents(), "1", "Number of deciders in this process.");
  static final SettingKey<Integer> WORKERS =
      setting("agents.workers", agents(), "2", "Number of workers in this process.");
  static final SettingKey<Integer> VERIFIERS =
      setting("agents.verifiers", agents(), "4", "Number of verifiers in this process.");
  static final SettingKey<Integer> COORDINATORS =
      setting("agents.coordinators", agents(), "1", "Number of coordinators in this process.");
  static final SettingKey<Integer> GATEWAYS =
      setting("agents.gateways", agents(), "1", "Number of gateways in this process.");
  static final SettingKey<Integer> NEEDS_CACHED_MAX =
      setting(
          "needs-cached-max",
          integer(1, 1_000_000),
          "10000",
          "Most open NEEDs cached in memory; others are loaded from PostgreSQL.");
  static final SettingKey<Integer> NEEDS_OPEN_MAX =
      setting(
          "needs.open-max",
          integer(2, 1_000_000),
          "2000",
          "Most NEEDs that a process begins before others end; more wait in Kafka.");
  static final SettingKey<Integer> ENVELOPE_CACHE_ENTRIES_MAX =
      setting(
          "envelope.cache-entries-max",
          integer(0, 1_000_000),
          "16384",
          "Most signed or verified envelopes to cache; 0 verifies every received envelope.");
  static final SettingKey<Long> ENVELOPE_CACHE_BYTES_MAX =
      setting(
          "envelope.cache-bytes-max",
          whole(0, 1024L * MEBIBYTE),
          "16777216",
          "Total length of the cached envelopes; they take up to five times as much memory.");
  static final SettingKey<Integer> TASKS_RUNNING_MAX =
      setting(
          "tasks.running-max",
          integer(1, 1024),
          "8",
          "Most tasks that run concurrently; of one type with long runs, at most half.");
  static final SettingKey<List<Path>> TASKS_PLUGIN_PATH =
      setting(
          "tasks.plugin-path",
          SettingTypes.paths(),
          "",
          "Jars and directories of jars that add task types.");
  static final SettingKey<Optional<Path>> TASKS_KEEP_OUTPUT =
      setting(
          "tasks.keep-output",
          SettingTypes.optionalPath(),
          "",
          "Directory for the output of the last 256 commands that failed; empty keeps none.");
  static final SettingKey<Optional<Path>> POLICY_FILE =
      setting(
          "policy.file",
          SettingTypes.optionalPath(),
          "",
          "Policy in JSON; empty selects the built-in policy.");
  static final SettingKey<Optional<Path>> TRUST_FILE =
      setting(
          "trust.file",
          SettingTypes.optionalPath(),
          "",
          "Trusted keys and their roles; empty selects trust.yaml in the data directory.");
  static final SettingKey<Optional<Secret>> KEYS_PASSPHRASE =
      secret(
          "keys.passphrase",
          SettingTypes.password(),
          "",
          "Passphrase of encrypted key files; new key files are encrypted with it.");
  static final SettingKey<Integer> KEYS_EXTERNAL_TIMEOUT =
      setting(
          "keys.external-timeout-ms",
          integer(10, 60_000),
          "2000",
          "Longest duration of one signature by a program of keys.external.");
  static final SettingKey<EngineMode> CRYPTO_ENGINE =
      setting(
          "crypto.engine",
          choice(EngineMode.class),
          "auto",
          "Ed25519 implementation: accp is native, i2p is pure Java; auto picks the fastest that"
              + " works.");
  static final SettingKey<Long> ARTIFACTS_BYTES_MAX =
      setting("artifacts.bytes-max", whole(1, 1024L * MEBIBYTE), "67108864", "Largest artifact.");
  static final SettingKey<Long> AUDIT_SEGMENT_BYTES_MAX =
      setting(
          "audit.segment-bytes-max",
          whole(4096, 1024L * MEBIBYTE),
          "67108864",
          "Size at which the audit log starts a new segment.");
  static final SettingKey<Long> RETRY_FIRST =
      setting(
          "retry.first-ms",
          whole(1, 60_000),
          "100",
          "First backoff while a server is unavailable; it doubles up to retry.max-ms.");
  static final SettingKey<Long> RETRY_MAX =
      setting(
          "retry.max-ms",
          whole(1, 600_000),
          "5000",
          "Longest backoff between attempts; at least retry.first-ms.");
  static final SettingKey<Long> SWEEP_INTERVAL =
      setting(
          "sweep.interval-ms",
          whole(10, 60_000),
          "500",
          "Interval at which coordinators poll for due NEEDs.");
  static final SettingKey<Long> SHUTDOWN_TIMEOUT =
      setting(
          "shutdown.timeout-ms",
          whole(0, 600_000),
          "20000",
          "Drain timeout: how long work in progress may take when the process is asked to stop.");
  static final SettingKey<Optional<URI>> TRACING_ENDPOINT =
      setting(
          "tracing.otlp-endpoint",
          SettingTypes.httpUrl(),
          "",
          "URL of a collector that takes traces by OTLP over HTTP, at /v1/traces where it names no"
              + " path; empty traces nothing.");
  static final SettingKey<Double> TRACING_RATIO =
      setting(
          "tracing.sample-ratio",
          SettingTypes.ratio(),
          "1",
          "Share of the NEEDs that are traced, chosen by their ids, the same by every process; what"
              + " fails is traced always.");
  static final SettingKey<Integer> TRACING_TIMEOUT =
      setting(
          "tracing.timeout-ms",
          integer(100, 60_000),
          "5000",
          "Longest duration of one export, its retries included, and of the last one when the"
              + " process stops.");
  static final SettingKey<Integer> TRACING_QUEUE_SPANS_MAX =
      setting(
          "tracing.queue-spans-max",
          integer(1024, MEBIBYTE),
          "8192",
          "Most spans that wait for their export; more are dropped and counted.");
  static final SettingKey<LogLevel> LOG_LEVEL =
      setting("log.level", choice(LogLevel.class), "info", "Lowest severity that is logged.");
  static final SettingKey<LogFormat> LOG_FORMAT =
      setting(
          "log.format",
          choice(LogFormat.class),
          "text",
          "Form of a line of the log; json is one object a line.");

  private static final List<SettingKey<?>> ALL =
      List.of(
          SWARM_ID,
          DATA,
          KAFKA_BOOTSTRAP,
          KAFKA_PORT,
          KAFKA_SASL_PORT,
          KAFKA_PARTITIONS,
          KAFKA_REPLICATION,
          KAFKA_MIN_INSYNC,
          KAFKA_RETENTION,
          KAFKA_IN_FLIGHT_MAX,
          KAFKA_IN_FLIGHT_BYTES_MAX,
          KAFKA_POLL_RECORDS_MAX,
          KAFKA_COMMIT_INTERVAL,
          KAFKA_SEND_IN_FLIGHT_MAX,
          KAFKA_SESSION_TIMEOUT,
          KAFKA_RECORD_BYTES_MAX,
          POSTGRES_URL,
          POSTGRES_PASSWORD,
          POSTGRES_OWNER_URL,
          POSTGRES_OWNER_PASSWORD,
          POSTGRES_PORT,
          POSTGRES_CONNECTIONS_MAX,
          POSTGRES_STATEMENT_TIMEOUT,
          REDIS_URL,
          REDIS_PASSWORD,
          REDIS_PORT,
          REDIS_TIMEOUT,
          HTTP_ENABLED,
          HTTP_HOST,
          HTTP_PORT,
          HTTP_TOKEN_FILE,
          INTAKE_ENABLED,
          ROLES,
          PLANNERS,
          DECIDERS,
          WORKERS,
          VERIFIERS,
          COORDINATORS,
          GATEWAYS,
          NEEDS_CACHED_MAX,
          NEEDS_OPEN_MAX,
          ENVELOPE_CACHE_ENTRIES_MAX,
          ENVELOPE_CACHE_BYTES_MAX,
          TASKS_RUNNING_MAX,
          TASKS_PLUGIN_PATH,
          TASKS_KEEP_OUTPUT,
          POLICY_FILE,
          TRUST_FILE,
          KEYS_PASSPHRASE,
          KEYS_EXTERNAL_TIMEOUT,
          CRYPTO_ENGINE,
          ARTIFACTS_BYTES_MAX,
          AUDIT_SEGMENT_BYTES_MAX,
          RETRY_FIRST,
          RETRY_MAX,
          SWEEP_INTERVAL,
          SHUTDOWN_TIMEOUT,
          TRACING_ENDPOINT,
          TRACING_RATIO,
          TRACING_TIMEOUT,
          TRACING_QUEUE_SPANS_MAX,
          LOG_LEVEL,
          LOG_FORMAT);

  private SettingKeys() {}

  /** Returns all settings except those of named commands. */
  public static List<SettingKey<?>> all() {
    return ALL;
  }

  /** Returns the setting with that dotted name, which may belong to a named command, or empty. */
  public static Optional<SettingKey<?>> find(String name) {
    List<SettingKey<?>> candidates =
        ExecKeys.name(name).map(command -> new ExecKeys(command).all()).orElse(ALL);
    return candidates.stream()
        .filter(key -> key.name().equals(name))
        .findFirst()
        .or(() -> KafkaClientKeys.find(name))
        .or(() -> ExternalKeys.find(name));
  }

  private static SettingType<Integer> agents() {
    return integer(1, AGENTS_MAX);
  }
}
