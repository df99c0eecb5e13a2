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

  /** For each task of a NEED or PROPOSE, whose order is looked for. */
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
    if (!hasPlan(verb)) {
      return 0;
    }
    String member = verb == Verb.NEED ? "tasks" : "plan";
    long tasks =
        envelope.payload().get(member) instanceof JsonArray array ? array.elements().size() : 1;
    return ofTasks(tasks);
  }

  /** The gas of the check of a COMMIT's artifact, or 0 where there is none. */
  static long ofArtifact(Verb verb, Policy policy) {
    return verb == Verb.COMMIT && policy.artifactRequired() ? CHECK : 0;
  }

  /** The gas that the built-in rules use for an envelope that they let pass. */
  public static long ofPassing(Envelope envelope, Policy policy) {
    return ofBytes(envelope.bytes().length)
        + CHECKS_OF_ALL * CHECK
        + ofArtifact(envelope.verb(), policy)
        + ofPlan(envelope);
  }

  /**
   * The gas that the built-in rules use for such an envelope, if they let it pass.
   *
   * @param bytes of its canonical form
   * @param tasks that a NEED or a PROPOSE has; not used for other verbs
   */
  public static long ofPassing(Verb verb, long bytes, int tasks, Policy policy) {
    return ofBytes(bytes)
        + CHECKS_OF_ALL * CHECK
        + ofArtifact(verb, policy)
        + (hasPlan(verb) ? ofTasks(tasks) : 0);
  }

  private static boolean hasPlan(Verb verb) {
    return verb == Verb.NEED || verb == Verb.PROPOSE;
  }

  private static long ofTasks(long tasks) {
    return CHECK + TASK * tasks;
  }
}
