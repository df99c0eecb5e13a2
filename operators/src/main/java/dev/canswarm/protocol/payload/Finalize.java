package dev.canswarm.protocol.payload;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a NEED.
 *
 * @param reason why it was not accepted; null when it was
 * @param resultHash empty unless accepted
 * @param results in plan order; empty unless accepted
 * @param control id of the entry of the control chain under whose head the votes were counted;
 *     empty before the first one
 */
public record Finalize(
    Outcome outcome,
    @Nullable String reason,
    String resultHash,
    List<Result> results,
    EnvelopeId control)
    implements Payload {
  /** The end of a NEED in a swarm whose control chain has no entry. */
  public Finalize(
      Outcome outcome, @Nullable String reason, String resultHash, List<Result> results) {
    this(outcome, reason, resultHash, results, EnvelopeId.NONE);
  }

  /** A refusal because no plan was decided in time. */
  public static final String NO_PLAN = "NO_PLAN";

  /** A refusal because every attempt at a task failed. */
  public static final String ATTEMPTS_USED_UP = "ATTEMPTS_USED_UP";

  /** A refusal because the NEED was cancelled. */
  public static final String CANCELLED = "CANCELLED";

  /** The outcomes of a NEED. */
  public enum Outcome {
    ACCEPTED,
    REJECTED,
    EXPIRED
  }

  /** One task's accepted artifact. */
  public record Result(TaskId taskId, String taskType, String artifact) {}

  public Finalize {
    results = List.copyOf(results);
  }

  /**
   * Reads a payload.
   *
   * @throws dev.canswarm.json.ShapeException for another form
   */
  public static Finalize parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    String name = reader.requiredString("outcome");
    Outcome outcome =
        Arrays.stream(Outcome.values())
            .filter(value -> value.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    reader.mismatch(
                        "outcome", "one of " + Arrays.toString(Outcome.values()), name));
    String reason = reader.optionalString("reason");
    String hash = reader.requiredString("result_hash");
    if (!hash.isEmpty()) {
      Shapes.hash(reader.where("result_hash"), hash);
    }
    List<Result> results = new ArrayList<>();
    for (ObjectReader result : reader.requiredReaderList("results")) {
      results.add(
          new Result(
              Shapes.taskId(result),
              Shapes.name(result, "task_type"),
              Shapes.hash(result, "artifact")));
      result.noOthers();
    }
    EnvelopeId control =
        reader.has("control") ? Shapes.envelopeId(reader, "control") : EnvelopeId.NONE;
    reader.noOthers();
    return new Finalize(outcome, reason, hash, results, control);
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    JsonObject.Builder builder =
        JsonObject.builder().put("outcome", outcome.name()).put("result_hash", resultHash);
    if (reason != null) {
      builder.put("reason", reason);
    }
    if (!control.isNone()) {
      builder.put("control", control.text());
    }
    List<JsonValue> list = new ArrayList<>();
    for (Result result : results) {
      list.add(
          JsonObject.builder()
              .put("task_id", result.taskId.text())
              .put("task_type", result.taskType)
              .put("artifact", result.artifact)
              .build());
    }
    return builder.put("results", new JsonArray(list)).build();
  }
}
