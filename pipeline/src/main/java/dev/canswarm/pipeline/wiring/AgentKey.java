package dev.canswarm.pipeline.wiring;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.policy.Role;
import dev.canswarm.protocol.Agent;

/** An agent of this process with its private key. */
public record AgentKey(String name, Role role, SigningKey key) {
  /** The agent without its secret. */
  public Agent agent() {
    return new Agent(name, role, key.publicKey());
  }
}
