package dev.canswarm.envelope;

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
  CANCEL("swarm.need");

  private final String topic;

  Verb(String topic) {
    this.topic = topic;
  }

  /** The only topic that may carry this verb. */
  public String topic() {
    return topic;
  }
}
