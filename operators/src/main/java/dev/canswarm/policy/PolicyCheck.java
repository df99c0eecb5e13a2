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

  /** A meter for one evaluation, with the policy's limit. */
  public GasMeter meter() {
    return new GasMeter(policy.gasPerEvaluation());
  }

  /**
   * The gas that {@link #check} uses for an envelope that it lets pass, whatever this policy makes
   * of it.
   */
  public long gasOf(Envelope envelope) {
    return GasSchedule.ofPassing(envelope, policy);
  }

  /** As {@link #check(Envelope, String, GasMeter)}, where nobody asks for the gas. */
  public void check(Envelope envelope, String topic) {
    check(envelope, topic, meter());
  }

  /**
   * Lets an envelope pass or not. Each check is paid for before it is made, those of the payload's
   * form and plan too, which are made by whoever reads the payload. Of an entry of the control
   * chain it looks at the topic alone: the entries before it say whether it is accepted.
   *
   * @param topic that it came on, or will go to
   * @param meter counts the gas; after a refusal what was used until then
   * @throws RefusedException with the reason
   */
  public void check(Envelope envelope, String topic, GasMeter meter) {
    Verb verb = envelope.verb();
    if (!verb.topic().equals(topic)) {
      throw refused(Reason.WRONG_TOPIC, verb + " belongs on " + verb.topic() + ", got " + topic);
    }
    if (verb.isOfNoNeed()) {
      // The control chain stands above the policies, which it activates and retires: a policy must
      // not be able to stop it.
      return;
    }
    meter.charge(GasSchedule.ofBytes(envelope.bytes().length));
    meter.charge(GasSchedule.CHECK);
    if (!policy.kinds().contains(verb)) {
      throw refused(Reason.POLICY_MISMATCH, "expected one of " + policy.kinds() + ", got " + verb);
    }
    meter.charge(GasSchedule.CHECK);
    if (!envelope.policyHash().equals(policy.hash())) {
      throw refused(
          Reason.POLICY_MISMATCH,
          "expected policy " + policy.hash() + ", got " + envelope.policyHash());
    }
    meter.charge(GasSchedule.CHECK);
    if (!policy.maySend(trust.rolesOf(envelope.sender()), verb)) {
      throw refused(
          Reason.SENDER_NOT_AUTHORISED,
          verb
              + " by "
              + envelope.sender()
              + ", which the trust file lists for "
              + trust.rolesOf(envelope.sender())
              + (policy.maySend().isEmpty() ? "" : ", and which the policy narrows"));
    }
    checkSizes(envelope, meter);
    if (verb == Verb.COMMIT && policy.artifactRequired()) {
      meter.charge(GasSchedule.ofArtifact(verb, policy));
      checkArtifact(envelope);
    }
    meter.charge(GasSchedule.CHECK);
    meter.charge(GasSchedule.ofPlan(envelope));
  }

  private void checkSizes(Envelope envelope, GasMeter meter) {
    meter.charge(GasSchedule.CHECK);
    if (envelope.parents().size() > policy.parentsMax()) {
      throw refused(
          Reason.TOO_LARGE,
          "expected at most " + policy.parentsMax() + " parents, got " + envelope.parents().size());
    }
    meter.charge(GasSchedule.CHECK);
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
