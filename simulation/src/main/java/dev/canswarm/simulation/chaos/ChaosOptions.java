package dev.canswarm.simulation.chaos;

import java.time.Duration;

/**
 * The options of a run.
 *
 * @param length longest time for which NEEDs are published and faults are injected
 * @param needs number of NEEDs after which the run may end earlier; 0 for no limit
 * @param kills number of kills with work in flight after which the run may end earlier; fewer are a
 *     failure; 0 for no limit
 * @param seed of the NEEDs, the faults and their times
 */
public record ChaosOptions(Duration length, int needs, int kills, long seed) {
  /** Longest run in minutes: every NEED is held in memory until the end. */
  public static final int MINUTES_MAX = 24 * 60;

  /** Most NEEDs and kills that can be requested. */
  public static final int COUNT_MAX = 10_000_000;
}
