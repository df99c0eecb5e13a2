package dev.canswarm.simulation.scenario;

import dev.canswarm.envelope.ThreadId;
import org.jspecify.annotations.Nullable;

/**
 * A NEED that a producer publishes.
 *
 * @param number its index in the scenario
 * @param signed whether a client signs it and publishes to the topic of NEEDs; otherwise it is
 *     plain JSON on the intake
 * @param idempotencyKey empty for none
 * @param payload canonical JSON
 * @param cancel who cancels it and when; null for nobody
 */
public record NeedSpec(
    int number,
    long atMillis,
    Sort sort,
    boolean signed,
    ThreadId thread,
    String idempotencyKey,
    String payload,
    @Nullable Cancel cancel) {

  /**
   * A CANCEL of the NEED.
   *
   * @param afterMillis after the NEED was published
   */
  public record Cancel(long afterMillis, By by) {
    /** The key that signs the CANCEL. */
    public enum By {
      /** The key that signed the NEED. */
      OWNER,
      /** An operator. */
      OPERATOR,
      /** A client that did not sign the NEED, and may not. */
      STRANGER
    }
  }

  /** The sort of work that is requested. */
  public enum Sort {
    /** One task; every verifier derives the same bytes again. */
    ONE_TASK,
    /** One task whose artifact is checked, not derived. */
    CHECKED,
    /** Tasks that require each other. */
    GRAPH,
    /** A task that every worker yields the first time. */
    FLAKY,
    /** A task that always fails. */
    HOPELESS,
    /** A task of an unknown type. */
    UNKNOWN_TYPE,
    /** One task with a very short deadline. */
    HURRIED,
    /** The same thread and idempotency key as an earlier one. */
    REPEATED
  }

  /** Returns when the last of its records is published, in virtual milliseconds. */
  public long lastMillis() {
    return cancel == null ? atMillis : atMillis + cancel.afterMillis();
  }

  /** Whether somebody who may cancels it. */
  public boolean isCancelled() {
    return cancel != null && cancel.by() != Cancel.By.STRANGER;
  }

  /** Whether honest agents without faults must end it as ACCEPTED. */
  public boolean isDoable() {
    return switch (sort) {
      case ONE_TASK, CHECKED, GRAPH -> !isCancelled();
      case FLAKY, HOPELESS, UNKNOWN_TYPE, HURRIED, REPEATED -> false;
    };
  }
}
