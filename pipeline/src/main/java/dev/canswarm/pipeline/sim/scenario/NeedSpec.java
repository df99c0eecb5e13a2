package dev.canswarm.pipeline.sim.scenario;

/**
 * A NEED that a producer feeds.
 *
 * @param number its place in the scenario
 * @param signed by a client, on the topic of NEEDs; otherwise plain, on the intake
 * @param idempotencyKey empty for none
 * @param payload canonical JSON
 */
public record NeedSpec(
    int number,
    long atMillis,
    Sort sort,
    boolean signed,
    String thread,
    String idempotencyKey,
    String payload) {

  /** What sort of work is asked for. */
  public enum Sort {
    /** One task; every verifier derives the same bytes. */
    ONE_TASK,
    /** One task whose artifact is checked, not derived. */
    CHECKED,
    /** Tasks that require each other. */
    GRAPH,
    /** A task that every worker gives back the first time. */
    FLAKY,
    /** A task that nobody can do. */
    HOPELESS,
    /** A task of a type that nobody knows. */
    UNKNOWN_TYPE,
    /** One task and hardly any time. */
    HURRIED,
    /** The same thread and idempotency key as an earlier one. */
    REPEATED
  }

  /** Whether honest agents without faults end it as ACCEPTED. */
  public boolean isDoable() {
    return switch (sort) {
      case ONE_TASK, CHECKED, GRAPH -> true;
      case FLAKY, HOPELESS, UNKNOWN_TYPE, HURRIED, REPEATED -> false;
    };
  }
}
