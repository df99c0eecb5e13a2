package dev.canswarm.replay;

import dev.canswarm.envelope.Kind;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.replay.Derivation.Derived;
import dev.canswarm.replay.History.Closure;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Derives every envelope that follows from others again (P2), parents before children, each from
 * exactly the parents that it lists, and compares the bytes that were signed with those recorded.
 */
final class DerivationCheck {
  private static final Set<Kind> FOLLOW =
      EnumSet.of(Kind.PROPOSE, Kind.DECIDE, Kind.CLAIM, Kind.RELEASE, Kind.FINALIZE);

  private DerivationCheck() {}

  static Check check(Subject subject) {
    Findings findings = new Findings();
    Rules rules = subject.rules();
    if (rules == null) {
      subject.missRules(findings);
      return findings.as(CheckName.DERIVED, "not derived");
    }
    Derivation derivation = new Derivation(rules);
    List<Known> targets =
        subject.judged().stream().filter(entry -> FOLLOW.contains(entry.kind())).toList();
    int same = 0;
    for (Known target : targets) {
      Closure causes = subject.causesOf(target);
      if (!causes.isComplete()) {
        findings.missing("for " + target + " at " + target.where() + ": " + causes.missing());
      } else if (isDerived(derivation, target, subject.history().view(causes), findings)) {
        same++;
      }
    }
    return findings.as(
        CheckName.DERIVED,
        same + " of " + targets.size() + " envelopes derived again are the same");
  }

  private static boolean isDerived(
      Derivation derivation, Known target, NeedView causes, Findings findings) {
    try {
      return compare(target, derivation.derive(target, causes), findings);
    } catch (RuntimeException e) {
      // A role may throw on what no store could ever have held.
      findings.fail(target.where(), target + ": its role breaks off on its parents: " + e);
      return false;
    }
  }

  private static boolean compare(Known target, Optional<Derived> derived, Findings findings) {
    String actual = Texts.of(UnsignedForm.bytesOf(target.envelope()));
    if (derived.isEmpty()) {
      findings.fail(
          target.where(), target + ": nothing of its kind follows from its parents", "", actual);
      return false;
    }
    if (!Derivation.isSame(derived.get(), target)) {
      findings.fail(
          target.where(),
          target + ": another one follows from its parents",
          Texts.of(Derivation.bytes(derived.get(), target)),
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
