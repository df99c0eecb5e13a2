package dev.canswarm.protocol.payload;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import java.util.Arrays;
import java.util.List;

/**
 * Opens an attempt at a task, or asks more verifiers.
 *
 * @param inputs accepted artifacts of the required tasks, in the order of {@code requires}
 * @param exclude workers that may not claim it, sorted
 */
public record Release(
    TaskId taskId,
    int attempt,
    long token,
    Cause cause,
    List<String> inputs,
    List<PublicKey> exclude)
    implements Payload {

  /** The reason for which a task is released. */
  public enum Cause {
    /** All tasks that it requires are verified. */
    READY,
    /** The attempt before was rejected. */
    RETRY,
    /** The lease ran out. */
    EXPIRED,
    /** The worker gave it back. */
    YIELDED,
    /** Not a release: all verifiers are asked. */
    PANEL
  }

  public Release {
    inputs = List.copyOf(inputs);
    exclude = exclude.stream().sorted().distinct().toList();
  }

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Release parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    Release release =
        new Release(
            Shapes.taskId(reader),
            Shapes.attempt(reader),
            Shapes.token(reader),
            cause(reader),
            Shapes.hashes(reader, "inputs"),
            Shapes.keys(reader, "exclude"));
    reader.noOthers();
    return release;
  }

  private static Cause cause(ObjectReader reader) {
    String name = reader.requiredString("cause");
    return Arrays.stream(Cause.values())
        .filter(cause -> cause.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> reader.mismatch("cause", "one of " + Arrays.toString(Cause.values()), name));
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("task_id", taskId.text())
        .put("attempt", attempt)
        .put("token", token)
        .put("cause", cause.name())
        .put("inputs", inputs)
        .put("exclude", exclude.stream().map(PublicKey::base64).toList())
        .build();
  }
}
