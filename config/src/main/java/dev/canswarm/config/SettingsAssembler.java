package dev.canswarm.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Builds the typed settings from values that were validated. */
final class SettingsAssembler {
  private final SettingsValues values;
  private final Path workingDirectory;

  SettingsAssembler(SettingsValues values, Path workingDirectory) {
    this.values = values;
    this.workingDirectory = workingDirectory.toAbsolutePath();
  }

  SwarmSettings settings() {
    Path data = absolute(values.get(SettingKeys.DATA));
    return new SwarmSettings(
        values.get(SettingKeys.SWARM_ID),
        data,
        kafka(),
        new PostgresSettings(
            postgres(SettingKeys.POSTGRES_URL, SettingKeys.POSTGRES_PASSWORD),
            postgres(SettingKeys.POSTGRES_OWNER_URL, SettingKeys.POSTGRES_OWNER_PASSWORD),
            values.get(SettingKeys.POSTGRES_PORT),
            values.get(SettingKeys.POSTGRES_CONNECTIONS_MAX),
            values.get(SettingKeys.POSTGRES_STATEMENT_TIMEOUT)),
        new RedisSettings(
            redis(), values.get(SettingKeys.REDIS_PORT), values.get(SettingKeys.REDIS_TIMEOUT)),
        new HttpSettings(
            values.get(SettingKeys.HTTP_ENABLED),
            values.get(SettingKeys.HTTP_HOST),
            values.get(SettingKeys.HTTP_PORT),
            values.get(SettingKeys.HTTP_TOKEN_FILE).map(this::absolute)),
        values.get(SettingKeys.INTAKE_ENABLED),
        values.get(SettingKeys.ROLES),
        agents(),
        values.get(SettingKeys.NEEDS_CACHED_MAX),
        values.get(SettingKeys.NEEDS_OPEN_MAX),
        new EnvelopeCacheSettings(
            values.get(SettingKeys.ENVELOPE_CACHE_ENTRIES_MAX),
            values.get(SettingKeys.ENVELOPE_CACHE_BYTES_MAX)),
        tasks(),
        values.get(SettingKeys.POLICY_FILE).map(this::absolute),
        values
            .get(SettingKeys.TRUST_FILE)
            .map(this::absolute)
            .orElseGet(() -> data.resolve(TrustFile.NAME)),
        keys(),
        values.get(SettingKeys.CRYPTO_ENGINE),
        values.get(SettingKeys.ARTIFACTS_BYTES_MAX),
        values.get(SettingKeys.AUDIT_SEGMENT_BYTES_MAX),
        new RetrySettings(values.get(SettingKeys.RETRY_FIRST), values.get(SettingKeys.RETRY_MAX)),
        values.get(SettingKeys.SWEEP_INTERVAL),
        values.get(SettingKeys.SHUTDOWN_TIMEOUT),
        new TracingSettings(
            values.get(SettingKeys.TRACING_ENDPOINT),
            values.get(SettingKeys.TRACING_RATIO),
            values.get(SettingKeys.TRACING_TIMEOUT),
            values.get(SettingKeys.TRACING_QUEUE_SPANS_MAX)),
        values.get(SettingKeys.LOG_LEVEL),
        values.get(SettingKeys.LOG_FORMAT));
  }

  private Optional<PostgresEndpoint> postgres(
      SettingKey<Optional<PostgresEndpoint>> url, SettingKey<Optional<Secret>> password) {
    return values.get(url).map(at -> values.get(password).map(at::withPassword).orElse(at));
  }

  private Optional<Secret> redis() {
    Optional<Secret> password = values.get(SettingKeys.REDIS_PASSWORD);
    return values
        .get(SettingKeys.REDIS_URL)
        .map(url -> password.map(one -> RedisUrl.withPassword(url, one)).orElse(url));
  }

  private KafkaSettings kafka() {
    return new KafkaSettings(
        values.get(SettingKeys.KAFKA_BOOTSTRAP),
        values.get(SettingKeys.KAFKA_PORT),
        values.get(SettingKeys.KAFKA_SASL_PORT).orElseGet(this::portAfterKafkas),
        values.get(SettingKeys.KAFKA_PARTITIONS),
        values.get(SettingKeys.KAFKA_REPLICATION),
        values.get(SettingKeys.KAFKA_MIN_INSYNC),
        values.get(SettingKeys.KAFKA_RETENTION),
        values.get(SettingKeys.KAFKA_IN_FLIGHT_MAX),
        values.get(SettingKeys.KAFKA_IN_FLIGHT_BYTES_MAX),
        values.get(SettingKeys.KAFKA_POLL_RECORDS_MAX),
        values.get(SettingKeys.KAFKA_COMMIT_INTERVAL),
        values.get(SettingKeys.KAFKA_SEND_IN_FLIGHT_MAX),
        values.get(SettingKeys.KAFKA_SESSION_TIMEOUT),
        values.get(SettingKeys.KAFKA_RECORD_BYTES_MAX),
        clientProperties());
  }

  private int portAfterKafkas() {
    int port = values.get(SettingKeys.KAFKA_PORT);
    return port == 0 || port == SettingKeys.PORT_MAX ? 0 : port + 1;
  }

  private Map<String, Secret> clientProperties() {
    Map<String, Secret> properties = new TreeMap<>();
    for (SettingKey<String> key : values.clientProperties()) {
      String value = values.get(key);
      if (!value.isEmpty()) {
        properties.put(KafkaClientKeys.property(key), new Secret(value));
      }
    }
    return properties;
  }

  private AgentSettings agents() {
    return new AgentSettings(
        values.get(SettingKeys.PLANNERS),
        values.get(SettingKeys.DECIDERS),
        values.get(SettingKeys.WORKERS),
        values.get(SettingKeys.VERIFIERS),
        values.get(SettingKeys.COORDINATORS),
        values.get(SettingKeys.GATEWAYS));
  }

  private KeySettings keys() {
    SortedMap<String, List<String>> external = new TreeMap<>();
    for (SettingKey<List<String>> key : values.externalKeys()) {
      List<String> command = program(values.get(key));
      if (!command.isEmpty()) {
        external.put(ExternalKeys.agent(key), command);
      }
    }
    return new KeySettings(
        values.get(SettingKeys.KEYS_PASSPHRASE),
        external,
        values.get(SettingKeys.KEYS_EXTERNAL_TIMEOUT));
  }

  private TaskSettings tasks() {
    SortedMap<String, ExecCommand> commands = new TreeMap<>();
    values
        .commands()
        .forEach(
            (name, keys) ->
                commands.put(
                    name,
                    new ExecCommand(
                        program(values.get(keys.command)),
                        values.get(keys.timeout),
                        values.get(keys.outputBytesMax),
                        values.get(keys.verify),
                        program(values.get(keys.checkCommand)))));
    return new TaskSettings(
        values.get(SettingKeys.TASKS_RUNNING_MAX),
        values.get(SettingKeys.TASKS_PLUGIN_PATH).stream().map(this::absolute).toList(),
        values.get(SettingKeys.TASKS_KEEP_OUTPUT).map(this::absolute),
        commands);
  }

  /**
   * A program that is named by a path, not searched on PATH, is resolved against the working
   * directory, as every other path of the settings: a command runs in a directory of its own.
   */
  private List<String> program(List<String> command) {
    if (command.isEmpty() || command.get(0).indexOf('/') <= 0) {
      return command;
    }
    try {
      List<String> resolved = new ArrayList<>(command);
      resolved.set(0, absolute(Path.of(command.get(0))).toString());
      return resolved;
    } catch (InvalidPathException notOfThisFileSystem) {
      return command;
    }
  }

  private Path absolute(Path path) {
    return workingDirectory.resolve(path).normalize();
  }
}
