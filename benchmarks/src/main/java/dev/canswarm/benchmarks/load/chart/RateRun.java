package dev.canswarm.benchmarks.load.chart;

/**
 * The latencies at one offered rate.
 *
 * @param offeredPerSecond NEEDs that were due per second
 * @param p50Millis and {@code p99Millis}: from when a NEED was due until its FINALIZE came
 */
public record RateRun(double offeredPerSecond, double p50Millis, double p99Millis) {}
