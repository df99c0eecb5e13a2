package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.ExecCommand;
import dev.canswarm.pipeline.embedded.ProgramPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks for the programs of configured commands. Stateless; reads directories. */
public final class TaskPrograms {
  private TaskPrograms() {}

  /**
   * Returns a line for each command whose program cannot be run now.
   *
   * @param commands by task name
   * @param path the value of {@code PATH}
   */
  public static List<String> problems(Map<String, ExecCommand> commands, String path) {
    List<String> problems = new ArrayList<>();
    commands.forEach(
        (name, exec) -> {
          look("tasks.exec." + name + ".command", exec.command(), path, problems);
          look("tasks.exec." + name + ".check-command", exec.checkCommand(), path, problems);
        });
    return problems;
  }

  private static void look(String key, List<String> line, String path, List<String> problems) {
    if (line.isEmpty() || ProgramPath.has(line.get(0), path)) {
      return;
    }
    String program = line.get(0);
    problems.add(
        "%s: expected a program that can be run, got \"%s\", which is %s"
            .formatted(key, program, program.indexOf('/') >= 0 ? "none" : "not on PATH"));
  }
}
