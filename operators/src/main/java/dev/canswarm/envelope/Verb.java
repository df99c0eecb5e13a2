package dev.canswarm.envelope;

import java.util.Arrays;
import java.util.List;

/** The verbs: the types of messages. An envelope names its verb as {@code kind}. */
public enum Verb {
  /** Asks for tasks to be done. */
  NEED("swarm.need"),
  /** A planner's plan for a NEED. */
  PROPOSE("swarm.propose"),
  /** Chooses the plan of a NEED and pins the rules by which it is judged. */
  DECIDE("swarm.decide"),
  /** A worker takes the lease of a task. */
  CLAIM("swarm.lease"),
  /** A worker's result: the artifact of a task. */
  COMMIT("swarm.commit"),
  /** A verifier's vote on a COMMIT or on a plan. */
  ATTEST("swarm.attest"),
  /** Ends a NEED with its outcome. */
  FINALIZE("swarm.finalize"),
  /** A worker gives a task back. */
  YIELD("swarm.lease"),
  /** Opens a task for workers, or asks all verifiers about an attempt. */
  RELEASE("swarm.lease"),
  /** Asks to end a NEED that is not wanted any more. */
  CANCEL("swarm.need"),
  /** Changes keys, roles or policies: an entry of the control chain. */
  CONTROL("swarm.control");

  private final String topic;

  Verb(String topic) {
    this.topic = topic;
  }

  /** The verbs whose envelopes belong to a NEED, in their order. */
  public static List<Verb> ofNeeds() {
    return Arrays.stream(values()).filter(verb -> !verb.isOfNoNeed()).toList();
  }

  /**
   * Whether its envelopes belong to no NEED. Those of all other verbs name their NEED; a NEED is
   * its own.
   */
  public boolean isOfNoNeed() {
    return this == CONTROL;
  }

  /** Whether its envelopes name the NEED that they belong to: all but a NEED and a CONTROL. */
  public boolean namesNeed() {
    return this != NEED && !isOfNoNeed();
  }

  /** The only topic that may carry this verb. */
  public String topic() {
    return topic;
  }
}
