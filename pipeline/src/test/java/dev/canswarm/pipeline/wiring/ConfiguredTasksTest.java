package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.ExecCommand;
import dev.canswarm.config.TaskSettings;
import dev.canswarm.config.VerifyMode;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskRegistry;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ConfiguredTasksTest {
  @Test
  void withoutCommandsThereAreTheBuiltInTypesAlone() {
    TaskRegistry tasks = registry(new TreeMap<>(), List.of());

    assertThat(tasks.types())
        .containsExactlyInAnyOrderElementsOf(
            BuiltInTasks.all().stream().map(TaskHandler::type).toList());
  }

  @Test
  void oneCommandMakesTheTypeExec() {
    SortedMap<String, ExecCommand> commands = new TreeMap<>();
    commands.put(
        "copy", new ExecCommand(List.of("cat"), 1000, 1000, VerifyMode.REDERIVE, List.of()));

    assertThat(registry(commands, List.of()).types()).contains("exec");
  }

  @Test
  void aTypeThatIsThereAlreadyIsRefused() {
    TaskHandler again = BuiltInTasks.all().get(0);

    assertThatThrownBy(() -> registry(new TreeMap<>(), List.of(again)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(again.type());
  }

  private static TaskRegistry registry(
      SortedMap<String, ExecCommand> commands, List<TaskHandler> more) {
    return ConfiguredTasks.registry(
        new TaskSettings(1, List.of(), Optional.empty(), commands), more, UnaryOperator.identity());
  }
}
