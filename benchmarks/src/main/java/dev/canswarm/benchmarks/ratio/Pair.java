package dev.canswarm.benchmarks.ratio;

/**
 * Two operations to compare. Each call uses the next input and returns a result for the blackhole.
 */
interface Pair {
  /** Runs the operation that a ratio rates. */
  Object subject() throws Exception;

  /** Runs the operation that it is compared with. */
  Object baseline() throws Exception;
}
