package dev.canswarm.protocol.payload;

import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a client wants done.
 *
 * @param tasks at least one
 * @param k accepting attestations asked for, or null for the policy's
 * @param deadlineMillis deadline in milliseconds after it was stored, or null for the policy's
 * @param idempotencyKey key by which a repetition is the same NEED, or null
 */
public record Need(
    List<Task> tasks,
    @Nullable Integer k,
    @Nullable Long deadlineMillis,
    @Nullable String idempotencyKey)
    implements Payload {

  /** Longest idempotency key; with the thread's name it must fit into the envelope's nonce. */
  public static final int IDEMPOTENCY_KEY_CHARS_MAX = 100;

  private static final int K_MAX = 1024;
  private static final long DEADLINE_MILLIS_MAX = 365L * 24 * 3600 * 1000;

  /**
   * One task as the NEED names it.
   *
   * @param name unique within the NEED; empty if it has only one task
   * @param requires names of other tasks of the NEED
   */
  public record Task(
      String name,
      String taskType,
      @Nullable JsonValue input,
      @Nullable String inputArtifact,
      List<String> requires,
      List<String> produces) {
    public Task {
      requires = List.copyOf(requires);
      produces = List.copyOf(produces);
    }
  }

  public Need {
    tasks = List.copyOf(tasks);
  }

  /**
   * Reads a payload.
   *
   * @throws ShapeException for another form
   */
  public static Need parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    List<Task> tasks = reader.has("tasks") ? several(reader) : List.of(single(reader));
    Long k = reader.optionalSafeInteger("k", 1, K_MAX);
    Long deadline = reader.optionalSafeInteger("deadline_ms", 1, DEADLINE_MILLIS_MAX);
    String key = reader.optionalString("idempotency_key");
    if (key != null && !isKey(key)) {
      throw reader.mismatch(
          "idempotency_key",
          "1 to " + IDEMPOTENCY_KEY_CHARS_MAX + " printable ASCII characters",
          key);
    }
    reader.noOthers();
    return new Need(tasks, k == null ? null : k.intValue(), deadline, key);
  }

  private static Task single(ObjectReader reader) {
    String type = Shapes.name(reader, "task_type");
    JsonValue input = reader.optional("input");
    return new Task("", type, input, PlanTask.inputArtifact(reader, input), List.of(), List.of());
  }

  private static List<Task> several(ObjectReader reader) {
    List<Task> tasks = new ArrayList<>();
    for (ObjectReader task : reader.requiredReaderList("tasks")) {
      JsonValue input = task.optional("input");
      tasks.add(
          new Task(
              Shapes.name(task, "name"),
              Shapes.name(task, "task_type"),
              input,
              PlanTask.inputArtifact(task, input),
              names(task, "requires"),
              names(task, "produces")));
      task.noOthers();
    }
    if (tasks.isEmpty()) {
      throw new ShapeException(reader.where("tasks"), "at least one task", "none");
    }
    return tasks;
  }

  private static List<String> names(ObjectReader task, String member) {
    List<String> names = task.optionalStringList(member);
    names.forEach(name -> Shapes.name(task.where(member), name));
    return names;
  }

  private static boolean isKey(String key) {
    return !key.isEmpty()
        && key.length() <= IDEMPOTENCY_KEY_CHARS_MAX
        && key.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }
}
