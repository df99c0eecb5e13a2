package dev.canswarm.plan;

/** The kinds of statements that an operation makes about a task. */
public enum OpType {
  /** The task exists, with its type. */
  ADD_TASK,
  /** The task requires another task's result. */
  REQUIRES,
  /** The task produces a result of that name. */
  PRODUCES,
  /** The task has reached a state in an attempt. */
  STATE,
  /** The task or NEED is linked to an artifact or a proposal by name. */
  LINK,
  /** A remark that changes no state: a claim, a vote. */
  ANNOTATE
}
