package dev.canswarm.simulation.check;

/**
 * A violated invariant.
 *
 * @param atMillis virtual milliseconds since the run began
 */
public record InvariantViolation(Invariant invariant, long atMillis, String detail) {}
