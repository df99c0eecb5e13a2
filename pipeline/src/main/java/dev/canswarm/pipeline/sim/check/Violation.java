package dev.canswarm.pipeline.sim.check;

/**
 * An invariant that did not hold.
 *
 * @param atMillis virtual milliseconds since the run began
 */
public record Violation(Invariant invariant, long atMillis, String detail) {}
