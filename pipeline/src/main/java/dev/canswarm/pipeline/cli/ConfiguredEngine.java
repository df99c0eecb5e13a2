package dev.canswarm.pipeline.cli;

import dev.canswarm.config.EngineMode;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.EngineSelection;
import dev.canswarm.crypto.EngineUnavailableException;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import java.util.List;
import java.util.Locale;

/** The Ed25519 engine that the setting {@code crypto.engine} stands for. */
public final class ConfiguredEngine {
  private ConfiguredEngine() {}

  /**
   * For whoever signs and verifies much. Loads it; half a second for the native one.
   *
   * @throws CommandException ENVIRONMENT when one is named that cannot be used here
   */
  public static EngineSelection of(SwarmSettings settings) throws CommandException {
    return settings.engine() == EngineMode.AUTO
        ? Engines.fastest()
        : new EngineSelection(named(settings.engine()), List.of());
  }

  /**
   * For whoever signs a message or two, which the engine in Java has done before a native one has
   * loaded: it, unless the setting names another.
   *
   * @throws CommandException ENVIRONMENT when one is named that cannot be used here
   */
  public static SignatureEngine forFew(SwarmSettings settings) throws CommandException {
    return settings.engine() == EngineMode.AUTO ? Engines.portable() : named(settings.engine());
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
