package dev.canswarm.replay;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.verb.Verbs;

/** Applies the policy and the trust file again. */
final class PolicyReplay {
  private PolicyReplay() {}

  static Check check(Subject subject, Findings findings) {
    Rules rules = subject.rules();
    if (rules == null) {
      subject.missRules(findings);
      return findings.as(CheckName.POLICY, "not applied");
    }
    PolicyCheck policy = new PolicyCheck(rules.policy(), rules.trust());
    int allowed = 0;
    for (Known entry : subject.history().all()) {
      Envelope envelope = entry.envelope();
      try {
        policy.check(envelope, envelope.verb().topic());
        Verbs.payload(envelope, rules.policy());
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
}
