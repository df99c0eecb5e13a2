package dev.canswarm.simulation.check;

/** The invariants that the README lists under the same names. */
public enum Invariant {
  /**
   * At most one DECIDE and one FINALIZE per NEED; every process that sends it sends the same bytes.
   */
  P1,
  /** Everything that follows from recorded inputs can be derived again with the same result. */
  P2,
  /** An accepted result has enough honest votes, each counted once. */
  P3,
  /** A COMMIT takes effect only if it fills the END slot of its lease's token. */
  P4,
  /** Nothing is lost and nothing hangs. */
  P5,
  /** Only envelopes that are signed, permitted and intact take effect. */
  P6,
  /** The memory of a process is bounded. */
  P7
}
