package dev.canswarm.protocol.payload;

import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * The request to end a NEED that is not wanted any more.
 *
 * @param reason why, for people, in the form of {@link ErrorText}; or null. No decision reads it
 */
public record Cancel(@Nullable String reason) implements Payload {

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Cancel parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    Cancel read = new Cancel(ErrorText.read(reader, "reason"));
    reader.noOthers();
    return read;
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    JsonObject.Builder builder = JsonObject.builder();
    if (reason != null) {
      builder.put("reason", reason);
    }
    return builder.build();
  }
}
