package dev.canswarm.plan;

/** How far a task has come, in climbing order within one attempt. */
public enum TaskState {
  DRAFT,
  DECIDED,
  COMMITTED,
  VERIFIED,
  REJECTED,
  FINAL
}
