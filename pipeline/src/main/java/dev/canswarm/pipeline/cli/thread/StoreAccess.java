package dev.canswarm.pipeline.cli.thread;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.wiring.PostgresAddresses;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

/** Opens the store of a running stack for a command that reads a little of it. */
public final class StoreAccess {
  /** The longest wait for the store to close. */
  public static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private static final int CONNECTIONS_MAX = 2;

  private StoreAccess() {}

  /**
   * Returns the store; it connects when it is used.
   *
   * @throws CommandException ENVIRONMENT if no stack runs and the settings name none
   */
  public static PostgresSlotStore open(DataAccess access) throws CommandException {
    PostgresEndpoint at = access.postgres();
    return new PostgresSlotStore(
        new PostgresPoolSettings(
            PostgresAddresses.of(at),
            CONNECTIONS_MAX,
            access.settings().postgres().statementTimeoutMillis()));
  }

  /** Returns the longest wait for one read. */
  public static Duration wait(DataAccess access) {
    return Duration.ofMillis(3L * access.settings().postgres().statementTimeoutMillis());
  }

  /** Returns the names of the trust file's keys, by public key in base64. */
  public static Map<String, String> names(DataAccess access) throws Exception {
    return Files.exists(access.trustFile())
        ? AgentKeys.read(
                access.dataDir(), access.trustFile(), ConfiguredEngine.forFew(access.settings()))
            .nameByKey()
        : Map.of();
  }
}
