package dev.canswarm.replay;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.verb.Verbs;
import java.util.ArrayList;
import java.util.List;

/** Applies the policy and the trust file again, and compares the gas that this takes. */
final class PolicyReplay {
  private PolicyReplay() {}

  static Check check(Subject subject, Findings findings) {
    Rules rules = subject.rules();
    if (rules == null) {
      subject.missRules(findings);
      return findings.as(CheckName.POLICY, "not applied");
    }
    int allowed = 0;
    for (Known entry : subject.history().all()) {
      Envelope envelope = entry.envelope();
      PolicyCheck policy = new PolicyCheck(rules.policy(), subject.trustFor(entry, rules));
      try {
        GasMeter meter = policy.meter();
        policy.check(envelope, envelope.verb().topic(), meter);
        Verbs.payload(envelope, rules.policy());
        if (evaluateOwnRules(subject, entry, rules.own(), meter, findings)) {
          compareGas(entry, meter.used(), findings);
        }
        allowed++;
      } catch (RefusedException e) {
        String detail = envelope + ": " + e.reason() + ": " + e.detail();
        if (subject.isJudged(entry)) {
          findings.fail(entry.where(), detail, "", RecordedText.of(envelope.bytes()));
        } else {
          findings.note(entry.where(), "not counted, " + detail);
        }
      }
    }
    return findings.as(CheckName.POLICY, allowed + " allowed by policy " + rules.policy().hash());
  }

  /** Returns whether they were evaluated: without a parent they cannot be. */
  private static boolean evaluateOwnRules(
      Subject subject, Known entry, OwnRules own, GasMeter meter, Findings findings) {
    if (!own.judge(entry.verb())) {
      return true;
    }
    List<Envelope> parents = new ArrayList<>();
    for (EnvelopeId id : entry.envelope().parents()) {
      Known parent = subject.history().byId(id);
      if (parent == null) {
        findings.missing("a parent of " + entry + ", which the policy's rules are shown");
        return false;
      }
      parents.add(parent.envelope());
    }
    own.check(entry.envelope(), parents);
    meter.add(Math.max(0, own.gasOf(entry.envelope())));
    return true;
  }

  /** A different figure means other rules or a false record. */
  private static void compareGas(Known entry, long used, Findings findings) {
    entry
        .gas()
        .forEach(
            (recorded, where) -> {
              if (recorded != used) {
                findings.fail(
                    where,
                    entry + ": gas of its evaluation",
                    Long.toString(used),
                    Long.toString(recorded));
              }
            });
  }
}
