package dev.canswarm.pipeline.follow;

import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a message's content that a line about it shows. They are kept instead of its bytes,
 * of which a NEED may have a quarter of a megabyte. Immutable.
 *
 * @param taskTypes that a NEED asks for, each once, sorted; otherwise none
 * @param outcome of a FINALIZE; otherwise empty
 * @param reason of a FINALIZE or a dead letter; empty if there is none
 */
public record MessageText(List<String> taskTypes, String outcome, String reason) {
  /** The kind of a NEED's row. */
  public static final String NEED = "NEED";

  /** The kind of a FINALIZE's row. */
  public static final String FINALIZE = "FINALIZE";

  /** The kind of a refused record's row. */
  public static final String DEAD_LETTER = "DEAD_LETTER";

  private static final MessageText NONE = new MessageText(List.of(), "", "");

  public MessageText {
    taskTypes = List.copyOf(taskTypes);
  }

  /**
   * Reads the content of a row. It was verified when it was stored, and is not here: lists and
   * events that show it say so.
   *
   * @param kind of the row
   * @param bytes of the message; of a dead letter its detail
   * @return an empty text if the kind has nothing to show, or the bytes are not a message
   */
  public static MessageText of(String kind, byte[] bytes) {
    return switch (kind) {
      case NEED ->
          payload(bytes).map(need -> new MessageText(taskTypes(need), "", "")).orElse(NONE);
      case FINALIZE ->
          payload(bytes)
              .map(
                  end ->
                      new MessageText(List.of(), text(end.get("outcome")), text(end.get("reason"))))
              .orElse(NONE);
      case DEAD_LETTER -> new MessageText(List.of(), "", new String(bytes, StandardCharsets.UTF_8));
      default -> NONE;
    };
  }

  private static List<String> taskTypes(JsonObject need) {
    TreeSet<String> types = new TreeSet<>();
    types.add(text(need.get("task_type")));
    if (need.get("tasks") instanceof JsonArray tasks) {
      for (JsonValue task : tasks.elements()) {
        if (task instanceof JsonObject one) {
          types.add(text(one.get("task_type")));
        }
      }
    }
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
