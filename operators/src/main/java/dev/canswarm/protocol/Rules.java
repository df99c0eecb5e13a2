package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Need;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The rules that every role follows: the policy and the trust file in force, and the task types
 * that this process can verify.
 *
 * @param own the rules that the policy adds to the built-in ones, ready to be run
 */
public record Rules(Policy policy, TrustRegistry trust, SortedSet<String> taskTypes, OwnRules own) {
  /** Rules under a policy that adds none, or where nobody asks for those. */
  public Rules(Policy policy, TrustRegistry trust, SortedSet<String> taskTypes) {
    this(policy, trust, taskTypes, OwnRules.NONE);
  }

  public Rules {
    taskTypes = Collections.unmodifiableSortedSet(new TreeSet<>(taskTypes));
  }

  /** The verifiers that a DECIDE pinned, or empty when this process does not know that set. */
  public Optional<List<PublicKey>> verifiersOf(Decide terms) {
    return terms.verifiers().equals(trust.verifiersHash())
        ? Optional.of(trust.verifiers())
        : Optional.empty();
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
