package dev.canswarm.policy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonArray;

/**
 * The gas of the built-in rules (docs/spec/policy.md, section 3). It depends only on the envelope's
 * canonical form and the policy, so that every process computes the same figure.
 */
public final class GasSchedule {
  /** The gas of one check of a built-in rule. */
  public static final long CHECK = 50;

  /** Bytes that one gas pays for, begun ones included. */
  public static final int BYTES_PER_GAS = 16;

  /** For each task of a NEED or PROPOSE, to sort the tasks. */
  public static final long TASK = 8;

  /** Kind, policy, sender, number of parents, size of the payload, form of the payload. */
  private static final int CHECKS_OF_ALL = 6;

  private GasSchedule() {}

  /** The gas for so many bytes. */
  public static long ofBytes(long bytes) {
    return (bytes + BYTES_PER_GAS - 1) / BYTES_PER_GAS;
  }

  /** The gas of the checks of a plan, or 0 for a verb that has none. */
  static long ofPlan(Envelope envelope) {
    Verb verb = envelope.verb();
    if (verb != Verb.NEED && verb != Verb.PROPOSE) {
      return 0;
    }
    String member = verb == Verb.NEED ? "tasks" : "plan";
    long tasks =
        envelope.payload().get(member) instanceof JsonArray array ? array.elements().size() : 1;
    return CHECK + TASK * tasks;
  }

  /** The gas of the check of a COMMIT's artifact, or 0 if there is none. */
  static long ofArtifact(Envelope envelope, Policy policy) {
    return envelope.verb() == Verb.COMMIT && policy.artifactRequired() ? CHECK : 0;
  }

  /** The gas that the built-in rules use for an envelope that they let pass. */
  public static long ofPassing(Envelope envelope, Policy policy) {
    return ofBytes(envelope.bytes().length)
        + CHECKS_OF_ALL * CHECK
        + ofArtifact(envelope, policy)
        + ofPlan(envelope);
  }
}
