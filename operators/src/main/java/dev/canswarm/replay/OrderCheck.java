package dev.canswarm.replay;

import dev.canswarm.envelope.RefusedException;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.replay.History.Closure;
import java.util.List;

/** Checks that each envelope fits its parents: their verbs, and its Lamport time. */
final class OrderCheck {
  private OrderCheck() {}

  static Check check(Subject subject) {
    Findings findings = new Findings();
    List<Known> judged = subject.judged();
    for (Known entry : judged) {
      Closure causes = subject.causesOf(entry);
      Rules rules = subject.rules();
      if (rules == null) {
        subject.missRules(findings);
      } else if (causes.isComplete()) {
        fits(subject, entry, causes, rules, findings);
      } else {
        findings.missing("for " + entry + " at " + entry.where() + ": " + causes.missing());
      }
    }
    return findings.as(
        CheckName.ORDER, judged.size() + " Lamport times, parents of the right verbs");
  }

  private static void fits(
      Subject subject, Known entry, Closure causes, Rules rules, Findings findings) {
    try {
      Verbs.admit(
          entry.envelope(),
          entry.message().payload(),
          subject.history().view(causes),
          subject.trustFor(entry, rules));
    } catch (RefusedException e) {
      findings.fail(
          entry.where(),
          entry + ": " + e.reason() + ": " + e.detail(),
          "",
          RecordedText.of(entry.envelope().bytes()));
    }
  }
}
