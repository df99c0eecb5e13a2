package dev.canswarm.envelope;

import java.util.Arrays;
import java.util.List;

/** The verbs; an envelope names its own as {@code kind}. */
public enum Verb {
  NEED("swarm.need"),
  PROPOSE("swarm.propose"),
  DECIDE("swarm.decide"),
  CLAIM("swarm.lease"),
  COMMIT("swarm.commit"),
  ATTEST("swarm.attest"),
  FINALIZE("swarm.finalize"),
  YIELD("swarm.lease"),
  RELEASE("swarm.lease"),
  CANCEL("swarm.need"),
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
