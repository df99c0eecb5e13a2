package dev.canswarm.stage;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import reactor.core.publisher.Mono;

/** The private keys that a process may load while it runs. Non-blocking and thread-safe. */
@FunctionalInterface
public interface AgentKeySource {
  /** A source without keys. */
  AgentKeySource NONE = (name, key) -> Mono.empty();

  /**
   * Returns the private key of an agent; empty if it is not here, or not yet.
   *
   * @param name of the agent
   * @param key the public key that is wanted
   */
  Mono<SigningKey> load(String name, PublicKey key);
}
