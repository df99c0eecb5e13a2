package dev.canswarm.pipeline.cli.thread;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.wiring.PostgresAddresses;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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

  /**
   * Returns the names of keys by public key in base64: those of the trust file, and, to be shown to
   * people, those that the stored entries of the control chain add.
   */
  public static Map<String, String> names(DataAccess access) throws Exception {
    Map<String, String> names = new HashMap<>(listed(access));
    if (access.settings().postgres().endpoint().isEmpty()) {
      return names;
    }
    PostgresSlotStore store = open(access);
    try {
      store
          .load(Slot.CONTROL_SCOPE)
          .blockOptional(wait(access))
          .orElse(List.of())
          .forEach(row -> addTo(names, row));
    } finally {
      store.closeLater().block(CLOSE_MAX);
    }
    return names;
  }

  private static Map<String, String> listed(DataAccess access) throws Exception {
    return Files.exists(access.trustFile())
        ? AgentKeys.read(
                access.dataDir(), access.trustFile(), ConfiguredEngine.forFew(access.settings()))
            .nameByKey()
        : Map.of();
  }

  private static void addTo(Map<String, String> names, SlotRow row) {
    if (StrictJson.parseObject(row.bytes()).get("payload") instanceof JsonObject payload
        && payload.get("change") instanceof JsonObject change
        && change.get("name") instanceof JsonString name
        && change.get("key") instanceof JsonString key) {
      names.put(key.value(), name.value());
    }
  }
}
