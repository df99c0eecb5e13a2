package dev.canswarm.task;

/** How a verifier judges a task's artifact. */
public enum Verification {
  /** Runs the task again on the input: the same bytes, or it is wrong. */
  REDERIVE,
  /** Checks the artifact itself, for work that is not deterministic. */
  CHECK
}
