package dev.canswarm.pipeline.wiring;

import dev.canswarm.config.TaskSettings;
import dev.canswarm.pipeline.tasks.ExecTask;
import dev.canswarm.pipeline.tasks.PluginLoader;
import dev.canswarm.pipeline.tasks.PluginTask;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The task types of a process: built-in types, configured commands and plug-ins. */
public final class ConfiguredTasks {
  private ConfiguredTasks() {}

  /**
   * Returns the registry of all task types.
   *
   * @param around wraps each handler
   * @throws IllegalArgumentException when two have the same type
   */
  public static TaskRegistry registry(
      TaskSettings settings, List<TaskHandler> more, UnaryOperator<TaskHandler> around) {
    List<TaskHandler> handlers = new ArrayList<>(BuiltInTasks.all());
    if (!settings.exec().isEmpty()) {
      handlers.add(
          new ExecTask(
              settings.exec(),
              Path.of(System.getProperty("java.io.tmpdir")),
              settings.keepOutput()));
    }
    if (!settings.pluginPath().isEmpty()) {
      PluginLoader.load(TaskHandler.class, settings.pluginPath())
          .forEach(plugin -> handlers.add(new PluginTask(plugin)));
    }
    more.forEach(other -> handlers.add(new PluginTask(other)));
    return TaskRegistry.of(handlers.stream().map(around).toList());
  }
}
