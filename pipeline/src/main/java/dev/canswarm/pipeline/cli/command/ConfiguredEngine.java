package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.EngineMode;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.EngineSelection;
import dev.canswarm.crypto.EngineUnavailableException;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import java.util.List;
import java.util.Locale;

/** Selects the Ed25519 engine of the setting {@code crypto.engine}. */
public final class ConfiguredEngine {
  private ConfiguredEngine() {}

  /**
   * Returns the engine for many signatures. Loads it, which takes half a second for the native one.
   *
   * @throws CommandException ENVIRONMENT if the named engine cannot be used on this machine
   */
  public static EngineSelection of(SwarmSettings settings) throws CommandException {
    return settings.engine() == EngineMode.AUTO
        ? Engines.fastest()
        : new EngineSelection(named(settings.engine()), List.of());
  }

  /**
   * Returns the engine for a few signatures: the one in Java, unless the setting names another,
   * because it signs a few messages before a native one has loaded.
   *
   * @throws CommandException ENVIRONMENT if the named engine cannot be used on this machine
   */
  public static SignatureEngine forFew(SwarmSettings settings) throws CommandException {
    return settings.engine() == EngineMode.AUTO ? Engines.portable() : named(settings.engine());
  }

  /**
   * Returns the engine for a number of signatures that is not known yet: {@link #forFew}, and after
   * the first few hundred {@link #of}, which then takes half a second to load.
   *
   * @throws CommandException ENVIRONMENT if the named engine cannot be used on this machine
   */
  public static SignatureEngine forSome(SwarmSettings settings) throws CommandException {
    return settings.engine() == EngineMode.AUTO
        ? Engines.portableFirst()
        : named(settings.engine());
  }

  private static SignatureEngine named(EngineMode mode) throws CommandException {
    try {
      return Engines.named(mode.name().toLowerCase(Locale.ROOT));
    } catch (EngineUnavailableException e) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          e.getMessage()
              + "; set crypto.engine to auto, which takes the fastest that can be used here, or to"
              + " i2p, which always can",
          e);
    }
  }
}
