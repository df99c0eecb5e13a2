package dev.canswarm.benchmarks.load.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchTest {
  private static final Map<String, String> OURS =
      Map.of("PATH", "/bin", "SWARM_ROLES", "worker", "SWARM_JAVA_OPTS", "-Xmx1g");
  private static final Path STATE = Path.of("/state");

  @Test
  void theLauncherGetsTheJvmsOptionsThroughItsEnvironment() {
    var launch = new Launch(Path.of("/p/swarm"), OURS);
    assertThat(launch.command(List.of("-Xlog:gc"), List.of("up")))
        .containsExactly("/p/swarm", "up");
    assertThat(launch.childEnvironment(List.of("-Xlog:gc"), STATE))
        .containsEntry("SWARM_JAVA_OPTS", "-Xmx1g -Xlog:gc")
        .containsEntry("PATH", "/bin");
  }

  @Test
  void aJarGetsThemOnTheCommandLine() {
    var launch = new Launch(Path.of("/p/can-swarm.jar"), OURS);
    assertThat(launch.command(List.of("-Xlog:gc"), List.of("up")))
        .endsWith("-Xlog:gc", "-jar", "/p/can-swarm.jar", "up");
  }

  @Test
  void settingsOfThisProcessAreNotPassedOn() {
    assertThat(new Launch(Path.of("/p/swarm"), OURS).childEnvironment(List.of(), STATE))
        .doesNotContainKey("SWARM_ROLES")
        .containsEntry("XDG_STATE_HOME", "/state");
  }
}
