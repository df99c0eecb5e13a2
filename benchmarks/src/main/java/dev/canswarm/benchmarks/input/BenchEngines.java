package dev.canswarm.benchmarks.input;

import dev.canswarm.crypto.EngineUnavailableException;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import java.util.List;
import java.util.Optional;

/** The signature engines by the names that parameters and reports use. */
public final class BenchEngines {
  /** The names of all engines, whether or not they load on this machine. */
  public static final List<String> NAMES = Engines.FASTEST_FIRST;

  private BenchEngines() {}

  /** Returns the names of the engines that load on this machine. */
  public static List<String> available() {
    return NAMES.stream().filter(name -> unavailableReason(name).isEmpty()).toList();
  }

  /**
   * Returns the engine of that name, with its strict checks.
   *
   * @throws IllegalArgumentException if the name is unknown or the engine does not load on this
   *     machine
   */
  public static SignatureEngine named(String name) {
    try {
      return Engines.named(name);
    } catch (EngineUnavailableException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Returns the reason why the engine does not load on this machine, or empty if it does.
   *
   * @param name one of {@link #NAMES}
   */
  public static Optional<String> unavailableReason(String name) {
    try {
      Engines.named(name);
      return Optional.empty();
    } catch (EngineUnavailableException e) {
      return Optional.of(e.reason());
    }
  }
}
