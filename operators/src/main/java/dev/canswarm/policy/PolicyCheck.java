package dev.canswarm.policy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonString;

/**
 * The policy and the trust file, applied to one envelope: at publish and again at delivery. Pure.
 */
public final class PolicyCheck {
  private final Policy policy;
  private final TrustRegistry trust;

  public PolicyCheck(Policy policy, TrustRegistry trust) {
    this.policy = policy;
    this.trust = trust;
  }

  /**
   * Lets an envelope pass or not.
   *
   * @param topic that it came on, or will go to
   * @throws RefusedException with the reason
   */
  public void check(Envelope envelope, String topic) {
    Verb verb = envelope.verb();
    if (!verb.topic().equals(topic)) {
      throw refused(Reason.WRONG_TOPIC, verb + " belongs on " + verb.topic() + ", got " + topic);
    }
    if (!policy.kinds().contains(verb)) {
      throw refused(Reason.POLICY_MISMATCH, "expected one of " + policy.kinds() + ", got " + verb);
    }
    if (!envelope.policyHash().equals(policy.hash())) {
      throw refused(
          Reason.POLICY_MISMATCH,
          "expected policy " + policy.hash() + ", got " + envelope.policyHash());
    }
    if (!trust.maySend(envelope.sender(), verb)) {
      throw refused(
          Reason.SENDER_NOT_AUTHORISED,
          verb
              + " by "
              + envelope.sender()
              + ", which the trust file lists for "
              + trust.rolesOf(envelope.sender()));
    }
    checkSizes(envelope);
    if (verb == Verb.COMMIT && policy.artifactRequired()) {
      checkArtifact(envelope);
    }
  }

  private void checkSizes(Envelope envelope) {
    if (envelope.parents().size() > policy.parentsMax()) {
      throw refused(
          Reason.TOO_LARGE,
          "expected at most " + policy.parentsMax() + " parents, got " + envelope.parents().size());
    }
    // The payload is part of the envelope's bytes: most are small enough to need no second look.
    if (envelope.bytes().length > policy.payloadBytesMax()) {
      int bytes = CanonicalJson.write(envelope.payload()).length;
      if (bytes > policy.payloadBytesMax()) {
        throw refused(
            Reason.TOO_LARGE,
            "expected a payload of at most " + policy.payloadBytesMax() + " bytes, got " + bytes);
      }
    }
  }

  private static void checkArtifact(Envelope envelope) {
    if (!(envelope.payload().get("artifact") instanceof JsonString artifact)
        || artifact.value().isEmpty()) {
      throw refused(
          Reason.POLICY_MISMATCH,
          "expected a COMMIT to name its artifact, got none in its payload");
    }
  }

  private static RefusedException refused(Reason reason, String detail) {
    return new RefusedException(reason, detail);
  }
}
