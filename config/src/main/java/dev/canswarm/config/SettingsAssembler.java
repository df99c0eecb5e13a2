package dev.canswarm.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            values.get(SettingKeys.POSTGRES_URL),
            values.get(SettingKeys.POSTGRES_PORT),
            values.get(SettingKeys.POSTGRES_CONNECTIONS_MAX),
            values.get(SettingKeys.POSTGRES_STATEMENT_TIMEOUT)),
        new RedisSettings(
            values.get(SettingKeys.REDIS_URL),
            values.get(SettingKeys.REDIS_PORT),
            values.get(SettingKeys.REDIS_TIMEOUT)),
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
        values.get(SettingKeys.CRYPTO_ENGINE),
        values.get(SettingKeys.ARTIFACTS_BYTES_MAX),
        values.get(SettingKeys.AUDIT_SEGMENT_BYTES_MAX),
        new RetrySettings(values.get(SettingKeys.RETRY_FIRST), values.get(SettingKeys.RETRY_MAX)),
        values.get(SettingKeys.SWEEP_INTERVAL),
        values.get(SettingKeys.SHUTDOWN_TIMEOUT),
        values.get(SettingKeys.LOG_LEVEL));
  }

  private KafkaSettings kafka() {
    return new KafkaSettings(
        values.get(SettingKeys.KAFKA_BOOTSTRAP),
        values.get(SettingKeys.KAFKA_PORT),
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
        values.get(SettingKeys.KAFKA_RECORD_BYTES_MAX));
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
        commands);
  }

  /**
   * A program that is named by a path, and not looked for on PATH, is found from the working
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
