package dev.canswarm.pipeline.cli.demo;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The options of a demo.
 *
 * @param needs number of NEEDs
 * @param attesters number of verifiers
 * @param k number of verifiers that must accept a result
 * @param scenario the scenario to show, or empty
 * @param seed seed of texts and keys; empty for different ones at every run
 * @param kept directory that keeps its log, artifacts and rules; empty to keep nothing
 */
public record DemoOptions(
    int needs,
    int attesters,
    int k,
    OptionalLong seed,
    Optional<DemoScenario> scenario,
    Optional<DemoKept> kept) {
  /** Most NEEDs: the bytes of each and its FINALIZE are in memory. */
  public static final int NEEDS_MAX = 1_000_000;

  /** Most verifiers, as many agents of one role as the settings allow. */
  public static final int ATTESTERS_MAX = 64;
}
