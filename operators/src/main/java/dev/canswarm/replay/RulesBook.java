package dev.canswarm.replay;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Rules;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies and trust files by which a log may have been made; a DECIDE names by hash which.
 *
 * @param policies the one in force first, then archived ones
 * @param trusts the one in force first, then archived ones
 * @param own the rules that policies add to the built-in ones, by the policy's hash; without those
 *     whose modules are missing
 * @param control the control chain, as far as it is known; null if it was not read
 */
public record RulesBook(
    List<Policy> policies,
    List<TrustRegistry> trusts,
    SortedMap<String, OwnRules> own,
    @Nullable ControlHistory control) {
  /** A book of a swarm without a control chain. */
  public RulesBook(
      List<Policy> policies, List<TrustRegistry> trusts, SortedMap<String, OwnRules> own) {
    this(policies, trusts, own, null);
  }

  public RulesBook {
    own = Collections.unmodifiableSortedMap(new TreeMap<>(own));
    policies = List.copyOf(policies);
    trusts = List.copyOf(trusts);
    if (policies.isEmpty() || trusts.isEmpty()) {
      throw new IllegalArgumentException(
          "expected at least one policy and one trust file, got %d and %d"
              .formatted(policies.size(), trusts.size()));
    }
  }

  /** A book without modules. */
  public RulesBook(List<Policy> policies, List<TrustRegistry> trusts) {
    this(policies, trusts, new TreeMap<>());
  }

  /** A book of what is in force alone. */
  public static RulesBook of(Rules rules) {
    TreeMap<String, OwnRules> own = new TreeMap<>();
    own.put(rules.policy().hash(), rules.own());
    return new RulesBook(List.of(rules.policy()), List.of(rules.trust()), own);
  }

  /**
   * Returns the rules that a policy adds to the built-in ones; empty if one of its modules is
   * missing.
   */
  Optional<OwnRules> own(Policy policy) {
    OwnRules known = own.get(policy.hash());
    if (known == null && policy.rules().isEmpty()) {
      return Optional.of(OwnRules.NONE);
    }
    return Optional.ofNullable(known);
  }

  /** The same book, with the control chain that began with its first trust file. */
  public RulesBook with(ControlHistory chain) {
    return new RulesBook(policies, trusts, own, chain);
  }

  /** The control chain, if it has entries. */
  Optional<ControlHistory> chain() {
    return Optional.ofNullable(control).filter(chain -> !chain.entries().isEmpty());
  }

  /** The keys whose roles determine the slot of an envelope: all that were ever listed. */
  TrustRegistry listed() {
    return chain().map(ControlHistory::everListed).orElse(trusts.get(0));
  }

  /** The policy of that hash. */
  Optional<Policy> policy(String hash) {
    Optional<Policy> activated = chain().map(chain -> chain.policies().get(hash));
    return activated.isPresent() ? activated : listedPolicy(hash);
  }

  private Optional<Policy> listedPolicy(String hash) {
    return policies.stream().filter(policy -> policy.hash().equals(hash)).findFirst();
  }

  /** The trust file of that hash. */
  Optional<TrustRegistry> trust(String hash) {
    return trusts.stream().filter(trust -> trust.hash().equals(hash)).findFirst();
  }
}
