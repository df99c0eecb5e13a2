package dev.canswarm.pipeline.wiring;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;

/** An agent of this process with its private key. */
public record AgentKey(String name, RoleName role, SigningKey key) {
  /** Returns the agent without its private key. */
  public Agent agent() {
    return new Agent(name, role, key.publicKey());
  }
}
