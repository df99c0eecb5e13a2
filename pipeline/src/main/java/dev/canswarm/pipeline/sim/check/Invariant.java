package dev.canswarm.pipeline.sim.check;

/** What always holds, by the names that the architecture gives. */
public enum Invariant {
  /** At most one DECIDE and one FINALIZE per NEED; whoever sends it sends the same bytes. */
  P1,
  /** What follows from recorded inputs is derived again and is the same. */
  P2,
  /** What is accepted was accepted by enough honest votes, each counted once. */
  P3,
  /** A COMMIT takes effect only if it fills the END slot of its lease. */
  P4,
  /** Nothing is lost and nothing hangs. */
  P5,
  /** Nothing gets in that is not signed, allowed and whole. */
  P6,
  /** What a process holds is bounded. */
  P7
}
