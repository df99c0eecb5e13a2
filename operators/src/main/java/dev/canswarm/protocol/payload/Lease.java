package dev.canswarm.protocol.payload;

import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;

/** The payload of CLAIM and YIELD: one grant of one attempt at a task. */
public record Lease(String taskId, int attempt, long token) implements Payload {

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Lease parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    Lease lease =
        new Lease(Shapes.hash(reader, "task_id"), Shapes.attempt(reader), Shapes.token(reader));
    reader.noOthers();
    return lease;
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("task_id", taskId)
        .put("attempt", attempt)
        .put("token", token)
        .build();
  }
}
