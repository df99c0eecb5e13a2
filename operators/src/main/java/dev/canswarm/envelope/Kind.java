package dev.canswarm.envelope;

/** The nine verbs. */
public enum Kind {
  NEED("swarm.need"),
  PROPOSE("swarm.propose"),
  DECIDE("swarm.decide"),
  CLAIM("swarm.lease"),
  COMMIT("swarm.commit"),
  ATTEST("swarm.attest"),
  FINALIZE("swarm.finalize"),
  YIELD("swarm.lease"),
  RELEASE("swarm.lease");

  private final String topic;

  Kind(String topic) {
    this.topic = topic;
  }

  /** The only topic that may carry this verb. */
  public String topic() {
    return topic;
  }
}
