package dev.canswarm.pipeline.cli;

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

/**
 * What a command that works on somebody else's stack gets: the data directory, and settings that
 * name the servers of what runs there.
 */
public final class DataAccess {
  private final Located located;
  private final LoadedSettings loaded;

  private DataAccess(Located located, LoadedSettings loaded) {
    this.located = located;
    this.loaded = loaded;
  }

  /**
   * Finds the directory ({@link DataLocator}), says on standard error where that was not plain, and
   * loads the settings over what runs there.
   *
   * @throws Exception whatever {@link Failures} can say
   */
  public static DataAccess of(CliCommand command) throws Exception {
    CommandContext context = command.context();
    // Quiet: these commands are about one answer, not about how they came to it.
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

  /** The data directory; it need not exist. */
  public Path dataDir() {
    return located.dataDir();
  }

  /** What was found. */
  public Located located() {
    return located;
  }

  /** The settings; they name the servers of what runs. */
  public SwarmSettings settings() {
    return loaded.settings();
  }

  /** The trust file: the one that is named, else that of the directory. */
  public Path trustFile() {
    return DataPaths.trustFile(loaded, dataDir());
  }

  /** The policy's bytes: of what runs, else of the settings. */
  public byte[] policy() throws PolicyFileException {
    return PolicyFile.load(settings().policyFile());
  }

  /**
   * Kafka's bootstrap servers.
   *
   * @throws CommandException ENVIRONMENT where nothing runs and the settings name none
   */
  public String kafka() throws CommandException {
    return settings().kafka().bootstrap().orElseThrow(this::nothingRuns);
  }

  /**
   * The database.
   *
   * @throws CommandException ENVIRONMENT where nothing runs and the settings name none
   */
  public PostgresEndpoint postgres() throws CommandException {
    return settings().postgres().endpoint().orElseThrow(this::nothingRuns);
  }

  /**
   * Redis.
   *
   * @throws CommandException ENVIRONMENT where nothing runs and the settings name none
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
