package dev.canswarm.protocol.payload;

import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * A worker gives a grant back.
 *
 * @param lease which grant
 * @param error what ended the attempt, for people, in the form of {@link ErrorText}; or null. No
 *     decision reads it
 */
public record Yield(Lease lease, @Nullable String error) implements Payload {

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Yield parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    Yield read = new Yield(Lease.read(reader), ErrorText.read(reader));
    reader.noOthers();
    return read;
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    JsonObject.Builder builder =
        JsonObject.builder()
            .put("task_id", lease.taskId().text())
            .put("attempt", lease.attempt())
            .put("token", lease.token());
    if (error != null) {
      builder.put("error", error);
    }
    return builder.build();
  }
}
