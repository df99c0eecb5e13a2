package dev.canswarm.protocol.payload;

import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan: tasks in an order in which each requires only earlier ones, so it has no cycle by
 * construction.
 */
public record Propose(List<PlanTask> plan) implements Payload {
  public Propose {
    plan = List.copyOf(plan);
  }

  /**
   * Reads a payload.
   *
   * @throws ShapeException for another form
   */
  public static Propose parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    List<ObjectReader> tasks = reader.requiredReaderList("plan");
    List<PlanTask> plan = new ArrayList<>();
    for (ObjectReader task : tasks) {
      plan.add(PlanTask.parse(task, plan.size()));
    }
    if (plan.isEmpty()) {
      throw new ShapeException(reader.where("plan"), "at least one task", "none");
    }
    reader.noOthers();
    return new Propose(plan);
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    List<JsonValue> tasks = new ArrayList<>();
    plan.forEach(task -> tasks.add(task.toJson()));
    return JsonObject.builder().put("plan", new JsonArray(tasks)).build();
  }
}
