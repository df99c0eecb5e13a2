package dev.canswarm.simulation.checker;

/**
 * A violated invariant.
 *
 * @param invariant P1 to P6
 * @param what the NEED or record, what was expected and what was found
 */
public record Violation(String invariant, String what) {
  @Override
  public String toString() {
    return invariant + ": " + what;
  }
}
