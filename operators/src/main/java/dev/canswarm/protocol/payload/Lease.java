package dev.canswarm.protocol.payload;

import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;

/** The payload of CLAIM: one grant of one attempt at a task. */
public record Lease(TaskId taskId, int attempt, long token) implements Payload {

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Lease parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    Lease lease = read(reader);
    reader.noOthers();
    return lease;
  }

  /** Reads the members of a lease, of a payload that may have others. */
  static Lease read(ObjectReader reader) {
    return new Lease(Shapes.taskId(reader), Shapes.attempt(reader), Shapes.token(reader));
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("task_id", taskId.text())
        .put("attempt", attempt)
        .put("token", token)
        .build();
  }
}
