package dev.canswarm.plan;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of the op-log. Its id, thread, actor and time are those of the envelope it follows
 * from.
 *
 * @param subject id of the task it is about; of the NEED, where it is about the NEED
 */
public record PlanOp(OpType type, String subject, JsonObject payload) {

  /** A task and its type. */
  public static PlanOp addTask(TaskId taskId, String taskType) {
    return new PlanOp(
        OpType.ADD_TASK, taskId.text(), JsonObject.builder().put("task_type", taskType).build());
  }

  /** Returns the operation that makes a task require another one. */
  public static PlanOp requires(TaskId taskId, TaskId required) {
    return new PlanOp(
        OpType.REQUIRES,
        taskId.text(),
        JsonObject.builder().put("requires", required.text()).build());
  }

  /** Returns the operation that adds a name to the results of a task. */
  public static PlanOp produces(TaskId taskId, String name) {
    return new PlanOp(
        OpType.PRODUCES, taskId.text(), JsonObject.builder().put("produces", name).build());
  }

  /** Returns the operation that raises a task to a state. */
  public static PlanOp state(TaskId taskId, TaskProgress progress) {
    return new PlanOp(
        OpType.STATE,
        taskId.text(),
        JsonObject.builder()
            .put("attempt", progress.attempt())
            .put("state", progress.state().name())
            .build());
  }

  /**
   * Returns the operation that links a child to a parent; ids of a NEED, plan, task or artifact.
   */
  public static PlanOp link(String subject, String parent, String child) {
    return new PlanOp(
        OpType.LINK,
        subject,
        JsonObject.builder().put("parent", parent).put("child", child).build());
  }

  /** Returns the operation that attaches a remark to a task. */
  public static PlanOp annotate(TaskId taskId, JsonObject remark) {
    return new PlanOp(OpType.ANNOTATE, taskId.text(), remark);
  }

  /** Returns the operation that attaches a remark to a NEED. */
  public static PlanOp annotate(NeedId needId, JsonObject remark) {
    return new PlanOp(OpType.ANNOTATE, needId.text(), remark);
  }

  /** The operations as one canonical JSON array. */
  public static String toJson(List<PlanOp> ops) {
    List<JsonValue> elements = new ArrayList<>();
    for (PlanOp op : ops) {
      elements.add(
          JsonObject.builder()
              .put("op_type", op.type.name())
              .put("payload", op.payload)
              .put("task_id", op.subject)
              .build());
    }
    return new String(CanonicalJson.write(new JsonArray(elements)), StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws ShapeException for anything else
   */
  public static List<PlanOp> fromJson(String json) {
    JsonValue value = StrictJson.parse(json.getBytes(StandardCharsets.UTF_8));
    if (!(value instanceof JsonArray array)) {
      throw new ShapeException("ops", "an array", json);
    }
    List<PlanOp> ops = new ArrayList<>();
    for (JsonValue element : array.elements()) {
      if (!(element instanceof JsonObject object)) {
        throw new ShapeException("ops", "an array of objects", json);
      }
      ObjectReader reader = new ObjectReader(object, "ops");
      ops.add(
          new PlanOp(
              OpType.valueOf(reader.requiredString("op_type")),
              reader.requiredString("task_id"),
              reader.requiredObject("payload")));
      reader.noOthers();
    }
    return ops;
  }
}
