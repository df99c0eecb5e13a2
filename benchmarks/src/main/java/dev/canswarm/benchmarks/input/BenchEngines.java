package dev.canswarm.benchmarks.input;

import dev.canswarm.crypto.EngineUnavailableException;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import java.util.List;
import java.util.Optional;

/** The engines by the names that parameters and reports use. */
public final class BenchEngines {
  /** All that there are, whether or not they load here. */
  public static final List<String> NAMES = List.of("i2p", "accp", "jdk");

  private BenchEngines() {}

  /** Those that can be used on this machine. */
  public static List<String> available() {
    return NAMES.stream().filter(name -> whyAbsent(name).isEmpty()).toList();
  }

  /**
   * The engine of that name.
   *
   * @throws IllegalArgumentException where there is none, or it does not load on this machine
   */
  public static SignatureEngine named(String name) {
    try {
      return Engines.named(name);
    } catch (EngineUnavailableException e) {
      throw new IllegalArgumentException("engine " + name + ": " + e.reason(), e);
    }
  }

  /** Why the engine cannot be used on this machine; empty where it can. */
  public static Optional<String> whyAbsent(String name) {
    try {
      Engines.named(name);
      return Optional.empty();
    } catch (EngineUnavailableException e) {
      return Optional.of(e.reason());
    }
  }
}
