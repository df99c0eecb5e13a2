package dev.canswarm.pipeline.cli.chaos;

import java.time.Duration;

/**
 * What a run does.
 *
 * @param length longest time during which NEEDs are fed and faults injected
 * @param needs the run may end earlier once so many NEEDs are fed; 0: it does not
 * @param kills and once so many kills hit work in flight
 * @param seed of the NEEDs, the faults and their times
 */
public record ChaosOptions(Duration length, int needs, int kills, long seed) {
  /** Longest run: what is fed is remembered until the end. */
  public static final int MINUTES_MAX = 24 * 60;

  /** Most NEEDs and kills that can be asked for. */
  public static final int COUNT_MAX = 10_000_000;
}
