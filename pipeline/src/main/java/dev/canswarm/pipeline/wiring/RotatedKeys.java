package dev.canswarm.pipeline.wiring;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import java.util.Optional;

/** The private keys of agents whose keys change, as files. Blocks. */
@FunctionalInterface
public interface RotatedKeys {
  /** No other keys than those with which a process was started. */
  RotatedKeys NONE = (name, key) -> Optional.empty();

  /**
   * Returns the private key of an agent; empty if it is not here.
   *
   * @throws Exception if a file cannot be used
   */
  Optional<SigningKey> find(String name, PublicKey key) throws Exception;
}
