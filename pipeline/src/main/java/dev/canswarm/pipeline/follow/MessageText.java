package dev.canswarm.pipeline.follow;

import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a line about a message shows of its payload. Reads bytes that were verified when stored. */
public final class MessageText {
  /** The kind of a NEED's row. */
  public static final String NEED = "NEED";

  /** The kind of a FINALIZE's row. */
  public static final String FINALIZE = "FINALIZE";

  /** The kind of a refused record's row. */
  public static final String DEAD_LETTER = "DEAD_LETTER";

  private MessageText() {}

  /** A member of the payload that is text; empty if there is none. */
  public static String member(byte[] message, String name) {
    return payload(message).map(payload -> text(payload.get(name))).orElse("");
  }

  /** The task types that a NEED asks for, each once, sorted. */
  public static List<String> taskTypes(byte[] need) {
    TreeSet<String> types = new TreeSet<>();
    payload(need)
        .ifPresent(
            payload -> {
              types.add(text(payload.get("task_type")));
              if (payload.get("tasks") instanceof JsonArray tasks) {
                for (JsonValue task : tasks.elements()) {
                  if (task instanceof JsonObject one) {
                    types.add(text(one.get("task_type")));
                  }
                }
              }
            });
    types.remove("");
    return List.copyOf(types);
  }

  private static Optional<JsonObject> payload(byte[] message) {
    try {
      return StrictJson.parseObject(message).get("payload") instanceof JsonObject payload
          ? Optional.of(payload)
          : Optional.empty();
    } catch (JsonException | ShapeException noMessage) {
      return Optional.empty();
    }
  }

  private static String text(@Nullable JsonValue value) {
    return value instanceof JsonString string ? string.value() : "";
  }
}
