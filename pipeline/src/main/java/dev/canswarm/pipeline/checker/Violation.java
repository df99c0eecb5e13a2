package dev.canswarm.pipeline.checker;

/**
 * Something that must never be.
 *
 * @param invariant P1 to P6
 * @param what which NEED or record, what was expected, what was found
 */
public record Violation(String invariant, String what) {
  @Override
  public String toString() {
    return invariant + ": " + what;
  }
}
