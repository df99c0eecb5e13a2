package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.LogLevel;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.PolicyFileException;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.data.DataLocator;
import dev.canswarm.pipeline.cli.data.Located;
import dev.canswarm.pipeline.cli.data.RunningRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The data directory of another process's stack, with settings that name its servers. */
public final class DataAccess {
  private final Located located;
  private final LoadedSettings loaded;

  private DataAccess(Located located, LoadedSettings loaded) {
    this.located = located;
    this.loaded = loaded;
  }

  /**
   * Finds the directory ({@link DataLocator}), prints on standard error how it was found unless
   * that is obvious, and loads the settings on top of the running stack's.
   *
   * @throws Exception any that {@link Failures} can describe
   */
  public static DataAccess of(CliCommand command) throws Exception {
    CommandContext context = command.context();
    // Quiet: these commands print one answer, not how they found it.
    Optional<LogLevel> level = Optional.of(LogLevel.WARN);
    LoadedSettings asked = command.loadSettings(Map.of(), level);
    DataLocator locator = new DataLocator(RunningRegistry.ofUser(context.environment()));
    Located located = locator.locate(DataPaths.explicitData(asked), context.workingDirectory());
    located.remark().ifPresent(remark -> context.console().note("swarm: " + remark));
    LoadedSettings loaded =
        located.stack().isEmpty()
            ? asked
            : command.loadSettings(located.stack().get().settings(located.dataDir()), level);
    return new DataAccess(located, loaded);
  }

  /** Returns the data directory; it need not exist. */
  public Path dataDir() {
    return located.dataDir();
  }

  /** Returns the result of the search. */
  public Located located() {
    return located;
  }

  /** Returns the settings, with the servers of the running stack. */
  public SwarmSettings settings() {
    return loaded.settings();
  }

  /** Returns the trust file: the named one, or else the directory's. */
  public Path trustFile() {
    return DataPaths.trustFile(loaded, dataDir());
  }

  /** Returns the policy's bytes: the running stack's, or else the settings'. */
  public byte[] policy() throws PolicyFileException {
    return PolicyFile.load(settings().policyFile());
  }

  /**
   * Returns where Kafka is, and how to log in there.
   *
   * @throws CommandException ENVIRONMENT if no stack runs and the settings name none
   */
  public KafkaEndpoint kafka() throws CommandException {
    return new KafkaEndpoint(
        settings().kafka().bootstrap().orElseThrow(this::nothingRuns), settings().kafka().client());
  }

  /**
   * Returns the database.
   *
   * @throws CommandException ENVIRONMENT if no stack runs and the settings name none
   */
  public PostgresEndpoint postgres() throws CommandException {
    return settings().postgres().endpoint().orElseThrow(this::nothingRuns);
  }

  /**
   * Returns the URL of Redis.
   *
   * @throws CommandException ENVIRONMENT if no stack runs and the settings name none
   */
  public Secret redis() throws CommandException {
    return settings().redis().url().orElseThrow(this::nothingRuns);
  }

  private CommandException nothingRuns() {
    return new CommandException(
        ExitCode.ENVIRONMENT,
        "no stack is running on %s; start one with ./swarm up, or name servers (--kafka-bootstrap …)"
            .formatted(dataDir()));
  }
}
