package dev.canswarm.port;

/** What the decision gate says. */
public sealed interface GateAnswer {
  /** Go on with this record: the stored one. */
  record Admitted(DecisionRecord stored) implements GateAnswer {}

  /** Another proposal was there first. */
  record Refused(DecisionRecord stored) implements GateAnswer {}

  /** A later decider was here: this epoch is over. */
  record Fenced(long fence) implements GateAnswer {}
}
