package dev.canswarm.benchmarks.input;

import dev.canswarm.crypto.EngineUnavailableException;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import java.util.List;
import java.util.Optional;

/** The engines by the names that parameters and reports use. */
public final class BenchEngines {
  /** All that there are, whether or not they load here. */
  public static final List<String> NAMES = Engines.FASTEST_FIRST;

  private BenchEngines() {}

  /** Those that can be used on this machine. */
  public static List<String> available() {
    return NAMES.stream().filter(name -> whyAbsent(name).isEmpty()).toList();
  }

  /**
   * The engine of that name, with its strict checks.
   *
   * @throws IllegalArgumentException where there is none, or it does not load on this machine
   */
  public static SignatureEngine named(String name) {
    try {
      return Engines.named(name);
    } catch (EngineUnavailableException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Why the engine cannot be used on this machine; empty where it can.
   *
   * @param name one of {@link #NAMES}
   */
  public static Optional<String> whyAbsent(String name) {
    try {
      Engines.named(name);
      return Optional.empty();
    } catch (EngineUnavailableException e) {
      return Optional.of(e.reason());
    }
  }
}
