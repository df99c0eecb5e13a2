package dev.canswarm.replay;

import dev.canswarm.envelope.EnvelopeId;

/** Checks that every message that the FINALIZE follows from is there. */
final class ClosureCheck {
  private ClosureCheck() {}

  static Check check(Subject subject) {
    Findings findings = new Findings();
    Known end = subject.end();
    if (end == null) {
      findings.missing("a FINALIZE: the NEED is not over, or its end was not recorded");
      return findings.as(CheckName.CLOSURE, "no FINALIZE");
    }
    for (EnvelopeId id : subject.closure().missing()) {
      findings.missing("envelope " + id + ", which " + end + " follows from");
    }
    return findings.as(
        CheckName.CLOSURE, "the FINALIZE and the envelopes that it follows from: " + size(subject));
  }

  private static int size(Subject subject) {
    return subject.closure().found().size();
  }
}
