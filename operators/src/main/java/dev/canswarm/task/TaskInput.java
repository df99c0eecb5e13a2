package dev.canswarm.task;

import dev.canswarm.json.JsonValue;
import java.util.List;

/**
 * The input of one run of a task.
 *
 * @param input the task's own input
 * @param required the accepted artifacts of the tasks it requires, in the plan's order; must not be
 *     written to
 */
public record TaskInput(JsonValue input, List<byte[]> required) {
  public TaskInput {
    required = List.copyOf(required);
  }
}
