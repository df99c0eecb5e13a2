package dev.canswarm.plan;

/** The kinds of statements that an operation makes about a task. */
public enum OpType {
  /** The task exists, with its type. */
  ADD_TASK,
  /** It needs another task's result first. */
  REQUIRES,
  /** It makes something of that name. */
  PRODUCES,
  /** It has reached a state in an attempt. */
  STATE,
  /** It is tied to something by name: an artifact, a proposal. */
  LINK,
  /** A remark that changes no state: a claim, a vote. */
  ANNOTATE
}
