package dev.canswarm.port;

/** The decision gate's answer to a decider that asked for a NEED. */
public sealed interface GateAnswer {
  /** The decider may decide the proposal of this record, which is now stored. */
  record Admitted(DecisionRecord stored) implements GateAnswer {}

  /** The gate already holds another proposal. */
  record Refused(DecisionRecord stored) implements GateAnswer {}

  /** A decider with a larger epoch has asked since: the epoch of this one is stale. */
  record Fenced(long fence) implements GateAnswer {}
}
