package dev.canswarm.policy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonString;
import java.util.Optional;
import java.util.Set;

/**
 * The policy and the trust file, applied to one envelope: at publish and again at delivery. Pure.
 */
public final class PolicyCheck {
  private final Policy policy;
  private final TrustRegistry trust;
  private final ChainStatus status;

  public PolicyCheck(Policy policy, TrustRegistry trust) {
    this(policy, trust, ChainStatus.UNKNOWN);
  }

  /**
   * @param status words for what is in force no more
   */
  public PolicyCheck(Policy policy, TrustRegistry trust, ChainStatus status) {
    this.policy = policy;
    this.trust = trust;
    this.status = status;
  }

  /** A meter for one evaluation, with the policy's limit. */
  public GasMeter meter() {
    return new GasMeter(policy.gasPerEvaluation());
  }

  /**
   * The gas that {@link #check} uses for an envelope that it accepts, no matter what this policy
   * makes of it.
   */
  public long gasOf(Envelope envelope) {
    return GasSchedule.ofPassing(envelope, policy);
  }

  /** As {@link #check(Envelope, String, GasMeter)}, if the caller does not need the gas. */
  public void check(Envelope envelope, String topic) {
    check(envelope, topic, meter());
  }

  /**
   * Lets an envelope pass or not. Each check is paid for before it is made, those of the payload's
   * form and plan too, which the reader of the payload makes. Of an entry of the control chain only
   * the topic is checked: the entries before it determine whether it is accepted.
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
      // The control chain ranks above the policies, which it activates and retires: a policy must
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
          "expected policy "
              + policy.hash()
              + ", got "
              + envelope.policyHash()
              + status.ofPolicy(envelope.policyHash()).map(since -> ": " + since).orElse(""));
    }
    meter.charge(GasSchedule.CHECK);
    if (!policy.maySend(trust.rolesOf(envelope.sender()), verb)) {
      throw refused(Reason.SENDER_NOT_AUTHORISED, notAuthorised(verb, envelope.sender()));
    }
    checkSizes(envelope, meter);
    if (verb == Verb.COMMIT && policy.artifactRequired()) {
      meter.charge(GasSchedule.ofArtifact(verb, policy));
      checkArtifact(envelope);
    }
    meter.charge(GasSchedule.CHECK);
    meter.charge(GasSchedule.ofPlan(envelope));
  }

  private String notAuthorised(Verb verb, PublicKey sender) {
    Set<RoleName> roles = trust.rolesOf(sender);
    Optional<String> since = roles.isEmpty() ? status.ofKey(sender) : Optional.empty();
    return verb
        + " by "
        + sender
        + since.map(words -> ", " + words).orElse(", which the trust file lists for " + roles)
        + (policy.maySend().isEmpty() || since.isPresent() ? "" : ", and which the policy narrows");
  }

  private void checkSizes(Envelope envelope, GasMeter meter) {
    meter.charge(GasSchedule.CHECK);
    if (envelope.parents().size() > policy.parentsMax()) {
      throw refused(
          Reason.TOO_LARGE,
          "expected at most " + policy.parentsMax() + " parents, got " + envelope.parents().size());
    }
    meter.charge(GasSchedule.CHECK);
    // The payload is part of the envelope's bytes, so that of a short envelope is short enough.
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
