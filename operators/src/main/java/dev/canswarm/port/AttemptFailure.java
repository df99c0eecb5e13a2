package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;

/**
 * The error that ended one agent's attempt at a task, or keeps it from ending. It is shown to
 * people; no decision depends on it, and no envelope contains it.
 *
 * @param agent public key of the worker or verifier, in base64
 * @param error in the form of {@link dev.canswarm.protocol.payload.ErrorText}
 * @param atMillis when it was noted, by the process's clock
 */
public record AttemptFailure(
    NeedId needId,
    TaskId taskId,
    int attempt,
    String agent,
    Kind kind,
    String error,
    long atMillis) {

  /** Returns the audit event that records it. Its time is that of the audit record. */
  public AuditEvent audited() {
    byte[] content =
        CanonicalJson.write(
            JsonObject.builder()
                .put("agent", agent)
                .put("attempt", attempt)
                .put("error", error)
                .put("kind", kind.name())
                .put("need_id", needId.text())
                .put("task_id", taskId.text())
                .build());
    return new AuditEvent(AuditEvent.Direction.ATTEMPT_ENDED, "", -1, -1, content, "");
  }

  /** The result of the attempt. */
  public enum Kind {
    /** A worker gave up: it sends a YIELD, unless its lease has run out. */
    FAILED,
    /** A verifier could not judge, and does not vote. */
    ABSTAINED,
    /** It could not begin or go on, and is tried again. */
    RETRIED
  }
}
