package dev.canswarm.port;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;

/**
 * The decision gate's entry for a NEED.
 *
 * @param epoch of the decider that asked, from {@link EpochStore#nextEpoch}
 * @param kPlan attestations of the plan that the decision waited for
 * @param deciderId base64 of the decider's public key
 * @param timestampNs nanoseconds since 1970, by the decider's clock
 */
public record DecisionRecord(
    NeedId needId,
    EnvelopeId proposalId,
    long epoch,
    long lamport,
    int kPlan,
    String deciderId,
    long timestampNs) {}
