package dev.canswarm.control;

import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import java.util.Optional;

/**
 * Reads the policies and trust files of the archive, which were in force before the files with
 * which a process was started. The hash is checked, so the archive need not be trusted.
 */
public final class ArchivedFiles {
  private ArchivedFiles() {}

  /**
   * Returns the state that a trust file alone makes; empty if the bytes are not a trust file with
   * this hash, or one that names an entry of the control chain.
   *
   * @param genesis of the process, whose swarm and policy it takes over
   */
  public static Optional<TrustState> trust(TrustState genesis, String hash, byte[] bytes) {
    return TrustRegistry.ofDocument(bytes)
        .filter(trust -> trust.hash().equals(hash) && trust.controlId().isNone())
        .map(trust -> TrustState.genesis(genesis.swarmId(), trust, genesis.policy()));
  }

  /** Returns a policy; empty if the bytes are not a policy with this hash. */
  public static Optional<Policy> policy(String hash, byte[] bytes) {
    try {
      return Optional.of(Policy.parse(bytes)).filter(policy -> policy.hash().equals(hash));
    } catch (JsonException | ShapeException noPolicy) {
      return Optional.empty();
    }
  }
}
