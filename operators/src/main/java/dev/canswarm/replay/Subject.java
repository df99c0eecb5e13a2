package dev.canswarm.replay;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.replay.History.Closure;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One NEED under replay: the input of every check.
 *
 * @param rules the policy and trust under which it was decided, or null if they were not given
 * @param unknownRules hashes of the missing policy or trust; empty if {@code rules} is not null
 * @param early the keys that were in force at some head of the control chain up to the one that its
 *     DECIDE pins; null without rules
 * @param end its FINALIZE, or null
 * @param closure what the FINALIZE follows from, itself included; empty without one
 */
record Subject(
    History history,
    @Nullable Rules rules,
    List<String> unknownRules,
    @Nullable TrustRegistry early,
    @Nullable Known end,
    Closure closure) {

  /** Whether an envelope is said to hold its slot, or was counted. */
  boolean isJudged(Known entry) {
    return entry.isTaken() || closure.found().containsKey(entry.id());
  }

  /** The envelopes that are judged, parents before children. */
  List<Known> judged() {
    return history.all().stream().filter(this::isJudged).sorted(Known.CAUSAL).toList();
  }

  /** Returns the judged messages of a verb. */
  List<Known> judged(Verb verb) {
    return judged().stream().filter(entry -> entry.verb() == verb).toList();
  }

  /** Returns everything that an envelope follows from, without itself. */
  Closure causesOf(Known entry) {
    return history.closure(entry.envelope().parents());
  }

  /**
   * Returns the keys by which an envelope is judged. What leads to a DECIDE may be older than the
   * head that it pins, and so may what took no effect; a FINALIZE is not by a key that is
   * compromised at the head that it names. Everything else is by keys of the pinned head.
   */
  TrustRegistry trustFor(Known entry, Rules rules) {
    TrustRegistry listed = early;
    boolean isEarly =
        switch (entry.verb()) {
          case NEED, PROPOSE, CANCEL -> true;
          case ATTEST -> entry.message().as(Attest.class).work() == null;
          case DECIDE, CLAIM, COMMIT, FINALIZE, YIELD, RELEASE, CONTROL -> false;
        };
    if (listed != null && (isEarly || !isJudged(entry))) {
      return listed;
    }
    return entry.verb() == Verb.FINALIZE ? rules.trust() : rules.trust().without(Set.of());
  }

  /** Adds the unknown rules as missing to a check's findings. */
  void missRules(Findings findings) {
    unknownRules.forEach(findings::missing);
  }
}
