package dev.canswarm.replay;

import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Rules;
import java.util.List;
import java.util.Optional;

/**
 * The policies and trust files by which a log may have been made; a DECIDE names by hash which.
 *
 * @param policies the one in force first, then archived ones
 * @param trusts the one in force first, then archived ones
 */
public record RulesBook(List<Policy> policies, List<TrustRegistry> trusts) {
  public RulesBook {
    policies = List.copyOf(policies);
    trusts = List.copyOf(trusts);
    if (policies.isEmpty() || trusts.isEmpty()) {
      throw new IllegalArgumentException(
          "expected at least one policy and one trust file, got %d and %d"
              .formatted(policies.size(), trusts.size()));
    }
  }

  /** A book of what is in force alone. */
  public static RulesBook of(Rules rules) {
    return new RulesBook(List.of(rules.policy()), List.of(rules.trust()));
  }

  /** The policy of that hash. */
  Optional<Policy> policy(String hash) {
    return policies.stream().filter(policy -> policy.hash().equals(hash)).findFirst();
  }

  /** The trust file of that hash. */
  Optional<TrustRegistry> trust(String hash) {
    return trusts.stream().filter(trust -> trust.hash().equals(hash)).findFirst();
  }
}
