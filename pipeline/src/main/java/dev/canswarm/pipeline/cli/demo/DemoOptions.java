package dev.canswarm.pipeline.cli.demo;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a demo does.
 *
 * @param needs how many NEEDs are fed
 * @param attesters how many verifiers there are
 * @param k how many of them must accept a result
 * @param scenario the one story that is told, or empty
 * @param seed of texts and keys; empty for others at every run
 */
public record DemoOptions(
    int needs, int attesters, int k, OptionalLong seed, Optional<Scenario> scenario) {
  /** Every NEED's bytes are in memory, and its thread's FINALIZE. */
  public static final int NEEDS_MAX = 1_000_000;

  /** As many agents of one role as the settings allow. */
  public static final int ATTESTERS_MAX = 64;
}
