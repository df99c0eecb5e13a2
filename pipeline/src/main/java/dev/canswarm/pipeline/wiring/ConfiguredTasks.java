package dev.canswarm.pipeline.wiring;

import dev.canswarm.config.TaskSettings;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskRegistry;
import java.util.ArrayList;
import java.util.List;

/** The task types of a process: built in, configured, plugged in. */
final class ConfiguredTasks {
  private ConfiguredTasks() {}

  /**
   * All of them.
   *
   * @throws IllegalArgumentException when two have the same type
   */
  static TaskRegistry registry(TaskSettings settings, List<TaskHandler> more) {
    List<TaskHandler> handlers = new ArrayList<>(BuiltInTasks.all());
    handlers.addAll(more);
    return TaskRegistry.of(handlers);
  }
}
