package dev.canswarm.protocol.payload;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * A verifier's vote, on a COMMIT or on a plan.
 *
 * @param target id of the COMMIT or PROPOSE
 * @param work the judged attempt and artifact of a COMMIT; null on a plan
 * @param evidence why, in the verifier's own form, or null
 * @param error what was wrong, for people, in the form of {@link ErrorText}; or null. No decision
 *     reads it
 */
public record Attest(
    EnvelopeId target,
    boolean accept,
    @Nullable Work work,
    @Nullable JsonValue evidence,
    @Nullable String error)
    implements Payload {

  /** A vote without an error text. */
  public Attest(
      EnvelopeId target, boolean accept, @Nullable Work work, @Nullable JsonValue evidence) {
    this(target, accept, work, evidence, null);
  }

  /** The attempt and the artifact that were judged. */
  public record Work(TaskId taskId, int attempt, String artifact) {}

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Attest parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    EnvelopeId target = Shapes.envelopeId(reader, "target");
    String verdict = reader.requiredString("verdict");
    if (!verdict.equals("ACCEPT") && !verdict.equals("REJECT")) {
      throw reader.mismatch("verdict", "ACCEPT or REJECT", verdict);
    }
    Work work = null;
    JsonValue evidence = null;
    if (reader.has("task_id")) {
      work =
          new Work(Shapes.taskId(reader), Shapes.attempt(reader), Shapes.hash(reader, "artifact"));
      evidence = reader.optional("evidence");
    }
    String error = ErrorText.read(reader);
    reader.noOthers();
    return new Attest(target, verdict.equals("ACCEPT"), work, evidence, error);
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    JsonObject.Builder builder =
        JsonObject.builder()
            .put("target", target.text())
            .put("verdict", accept ? "ACCEPT" : "REJECT");
    if (work != null) {
      builder
          .put("task_id", work.taskId.text())
          .put("attempt", work.attempt)
          .put("artifact", work.artifact);
    }
    if (evidence != null) {
      builder.put("evidence", evidence);
    }
    if (error != null) {
      builder.put("error", error);
    }
    return builder.build();
  }
}
