package dev.canswarm.pipeline.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskHandler;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwarmPlanTest {
  private static final List<TaskHandler> TASKS = BuiltInTasks.all();
  private static final Optional<Path> RUNNING = Optional.of(Path.of("running"));
  private static final Optional<String> OPEN = Optional.of("127.0.0.1:9092");

  @Test
  void whatIsAddedToAPlanLeavesWhatWasAddedBefore(@TempDir Path home) throws Exception {
    SwarmSettings settings =
        SettingsLoader.load(Map.of(), Map.of(), Optional.empty(), home).settings();
    ModuleFiles modules = ModuleFiles.of(Map.of("rule.wasm", new byte[] {1}));
    try (DataDirectory data = DataDirectory.open(home.resolve("data"))) {
      SwarmPlan plan =
          SwarmPlan.of(
              settings,
              data,
              home.resolve("trust.yaml"),
              new byte[] {1},
              SeedSource.derived(1),
              Ports.anyFree());
      assertThat(plan.withTasks(TASKS).joining(RUNNING, OPEN).withModules(modules))
          .isEqualTo(plan.joining(RUNNING, OPEN).withModules(modules).withTasks(TASKS))
          .isEqualTo(plan.withModules(modules).withTasks(TASKS).joining(RUNNING, OPEN))
          .satisfies(
              all -> {
                assertThat(all.modules()).isSameAs(modules);
                assertThat(all.tasks()).isEqualTo(TASKS);
                assertThat(all.joined()).isEqualTo(RUNNING);
                assertThat(all.openKafka()).isEqualTo(OPEN);
                assertThat(all.trustFile()).isEqualTo(plan.trustFile());
              });
    }
  }
}
