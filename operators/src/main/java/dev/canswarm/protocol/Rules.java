package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Need;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The rules that every role follows: the policy and the keys in force, and the task types that this
 * process can verify.
 *
 * @param trust the keys in force at the head of the control chain that applies to the NEED; those
 *     that were compromised since then have no roles
 * @param own the rules that the policy adds to the built-in ones, ready to be run
 * @param head the head under which votes are counted: that one, or a later one
 * @param heads all heads that this process knows
 */
public record Rules(
    Policy policy,
    TrustRegistry trust,
    SortedSet<String> taskTypes,
    OwnRules own,
    Head head,
    Heads heads) {
  /** Rules of a swarm whose control chain has no entry. */
  public Rules(Policy policy, TrustRegistry trust, SortedSet<String> taskTypes, OwnRules own) {
    this(policy, trust, taskTypes, own, Head.GENESIS, Heads.GENESIS);
  }

  /** Rules under a policy that has no modules, or for callers that do not run them. */
  public Rules(Policy policy, TrustRegistry trust, SortedSet<String> taskTypes) {
    this(policy, trust, taskTypes, OwnRules.NONE);
  }

  public Rules {
    taskTypes = Collections.unmodifiableSortedSet(new TreeSet<>(taskTypes));
  }

  /**
   * The verifiers that a DECIDE pinned, without those that are compromised at the head under which
   * votes are counted; empty when this process does not know that set.
   */
  public Optional<List<PublicKey>> verifiersOf(Decide terms) {
    if (!terms.verifiers().equals(trust.verifiersHash())) {
      return Optional.empty();
    }
    List<PublicKey> pinned = trust.verifiers();
    return Optional.of(
        head.compromised().isEmpty()
            ? pinned
            : pinned.stream().filter(key -> !head.compromised().contains(key)).toList());
  }

  /** Whether nothing of a key is admitted any more. */
  public boolean isCompromised(PublicKey key) {
    return head.compromised().contains(key);
  }

  /** These rules, with votes counted under another head. */
  public Rules under(Head other) {
    return new Rules(policy, trust.without(other.compromised()), taskTypes, own, other, heads);
  }

  /** These rules for a process that knows these task types. */
  public Rules knowing(SortedSet<String> types) {
    return new Rules(policy, trust, types, own, head, heads);
  }

  /** The head under which this trust is in force; empty if its entry is not known here. */
  public Optional<Head> pinnedHead() {
    return heads.find(trust.controlId());
  }

  /**
   * Returns the earliest of some heads, which votes were counted under; that of these rules if
   * there are none.
   *
   * @param controlIds ids of their entries; one that is not known here is later than all others
   */
  public EnvelopeId earliest(Collection<EnvelopeId> controlIds) {
    if (controlIds.isEmpty()) {
      return head.controlId();
    }
    return controlIds.stream()
        .min(
            Comparator.comparingLong(id -> heads.find(id).map(Head::number).orElse(Long.MAX_VALUE)))
        .orElseThrow();
  }

  /** Accepting votes that a task of this NEED needs: the larger of the policy's and the NEED's. */
  public int kOf(Need need) {
    Integer asked = need.k();
    return asked == null ? policy.k() : Math.max(policy.k(), Math.min(asked, policy.kMax()));
  }

  /** Returns the deadline of a NEED, in milliseconds after it was stored. */
  public long deadlineMillisOf(Need need) {
    Long asked = need.deadlineMillis();
    long wanted = asked == null ? policy.deadlineMillis() : asked;
    return Math.min(wanted, policy.deadlineMillisMax());
  }
}
