package dev.canswarm.policy;

import dev.canswarm.crypto.PublicKey;
import java.util.Optional;

/**
 * Says since which entry of the control chain a key or a policy is in force no more, so that a
 * refusal can name it. The words are for people; no decision depends on them. Thread-safe.
 */
public interface ChainStatus {
  /** Knows no chain. */
  ChainStatus UNKNOWN = new ChainStatus() {};

  /**
   * Returns why a key has no role any more, such as {@code retired since entry 3}; empty for one
   * that is in force, or that no entry and no trust file names.
   */
  default Optional<String> ofKey(PublicKey key) {
    return Optional.empty();
  }

  /**
   * Returns why a policy is in force no more, such as {@code policy retired since entry 3}; empty
   * for one that is in force or never was.
   *
   * @param hash of the policy
   */
  default Optional<String> ofPolicy(String hash) {
    return Optional.empty();
  }
}
