package dev.canswarm.replay;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.Chain;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.derive.Derivation;
import dev.canswarm.protocol.derive.Derivation.Derived;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.derive.UnsignedForm;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.replay.History.Closure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Derives every envelope that follows from others again (P2), parents before children, each from
 * exactly the parents that it lists, and compares the bytes that were signed with those recorded.
 */
final class DerivationCheck {
  private static final Set<Verb> FOLLOW = Chain.verbs(Chain.Line::derived);

  private DerivationCheck() {}

  static Check check(Subject subject) {
    Findings findings = new Findings();
    Rules rules = subject.rules();
    if (rules == null) {
      subject.missRules(findings);
      return findings.as(CheckName.DERIVED, "not derived");
    }
    List<Known> targets = targets(subject, rules, findings);
    int same = 0;
    for (Known target : targets) {
      Closure causes = subject.causesOf(target);
      if (!causes.isComplete()) {
        findings.missing("for " + target + " at " + target.where() + ": " + causes.missing());
      } else if (isDerived(rules, target, subject.history().view(causes), findings)) {
        same++;
      }
    }
    return findings.as(
        CheckName.DERIVED,
        same + " of " + targets.size() + " envelopes derived again are the same");
  }

  /**
   * Returns the envelopes that must be derivable. A plan that a planner invented and that was not
   * decided is left out: otherwise one dishonest planner could make the replay of every NEED fail.
   */
  private static List<Known> targets(Subject subject, Rules rules, Findings findings) {
    Set<EnvelopeId> decided = new TreeSet<>();
    subject
        .judged(Verb.DECIDE)
        .forEach(decide -> decided.add(decide.message().as(Decide.class).proposalId()));
    List<Known> targets = new ArrayList<>();
    for (Known entry : subject.judged()) {
      if (entry.verb() == Verb.PROPOSE
          && !decided.contains(entry.id())
          && !isDerived(rules, subject, entry)) {
        findings.note(entry.where(), entry + ": made up by its planner; nobody decided it");
      } else if (FOLLOW.contains(entry.verb())) {
        targets.add(entry);
      }
    }
    return targets;
  }

  private static boolean isDerived(Rules rules, Subject subject, Known entry) {
    Closure causes = subject.causesOf(entry);
    return !causes.isComplete()
        || isDerived(rules, entry, subject.history().view(causes), new Findings());
  }

  private static boolean isDerived(Rules rules, Known target, NeedView causes, Findings findings) {
    try {
      Rules applying = DerivedCheck.rulesFor(target.message(), causes, rules);
      Derivation derivation = new Derivation(applying);
      return compare(target, derivation.derive(target.message(), causes), findings);
    } catch (RuntimeException e) {
      // A role may throw on messages that no store could have held.
      findings.fail(target.where(), target + ": the role failed on its parents:  " + e);
      return false;
    }
  }

  private static boolean compare(Known target, Optional<Derived> derived, Findings findings) {
    String actual = RecordedText.of(UnsignedForm.bytesOf(target.envelope()));
    if (derived.isEmpty()) {
      findings.fail(
          target.where(), target + ": nothing of its kind follows from its parents", "", actual);
      return false;
    }
    if (!Derivation.isSame(derived.get(), target.message())) {
      findings.fail(
          target.where(),
          target + ": another one follows from its parents",
          RecordedText.of(Derivation.bytes(derived.get(), target.message())),
          actual);
      return false;
    }
    derived
        .get()
        .fired()
        .ifPresent(
            timer -> findings.note(target.where(), target + ": timer " + timer + " ran out"));
    return true;
  }
}
