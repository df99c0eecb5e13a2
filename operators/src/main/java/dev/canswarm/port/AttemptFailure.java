package dev.canswarm.port;

/**
 * The error that ended one agent's attempt at a task, or keeps it from ending. It is shown to
 * people; no decision depends on it, and no envelope contains it.
 *
 * @param agent public key of the worker or verifier, in base64
 * @param error in the form of {@link dev.canswarm.protocol.payload.ErrorText}
 * @param atMillis when it was noted, by the process's clock
 */
public record AttemptFailure(
    String needId,
    String taskId,
    int attempt,
    String agent,
    Kind kind,
    String error,
    long atMillis) {

  /** The result of the attempt. */
  public enum Kind {
    /** A worker gave up: it sends a YIELD, unless its lease has run out. */
    FAILED,
    /** A verifier could not tell, and does not vote. */
    ABSTAINED,
    /** It could not begin or go on, and is tried again. */
    RETRIED
  }
}
