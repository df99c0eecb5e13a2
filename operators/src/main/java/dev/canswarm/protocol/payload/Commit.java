package dev.canswarm.protocol.payload;

import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import java.util.List;

/**
 * A worker's result.
 *
 * @param artifact address of the task's result
 * @param inputs the accepted artifacts it worked on, in the order of {@code requires}
 */
public record Commit(TaskId taskId, int attempt, long token, String artifact, List<String> inputs)
    implements Payload {
  public Commit {
    inputs = List.copyOf(inputs);
  }

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Commit parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    Commit commit =
        new Commit(
            Shapes.taskId(reader),
            Shapes.attempt(reader),
            Shapes.token(reader),
            Shapes.hash(reader, "artifact"),
            Shapes.hashes(reader, "inputs"));
    reader.noOthers();
    return commit;
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("task_id", taskId.text())
        .put("attempt", attempt)
        .put("token", token)
        .put("artifact", artifact)
        .put("inputs", inputs)
        .build();
  }
}
