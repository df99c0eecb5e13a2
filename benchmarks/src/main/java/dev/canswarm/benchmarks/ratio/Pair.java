package dev.canswarm.benchmarks.ratio;

/**
 * Two things to compare. Each call takes the next of its inputs; the result goes to a blackhole.
 */
interface Pair {
  /** What the ratio is about. */
  Object subject() throws Exception;

  /** What it is compared with. */
  Object baseline() throws Exception;
}
