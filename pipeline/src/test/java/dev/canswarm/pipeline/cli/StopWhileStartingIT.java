package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.embedded.JavaCommand;
import dev.canswarm.pipeline.embedded.WorkingProcesses;
import dev.canswarm.port.BusProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TERM while {@code ./swarm up} starts, at moments that its data directory shows. */
class StopWhileStartingIT {
  private static final int TERMINATED = 143;
  private static final String STOPPED = "swarm: stopped";
  private static final long STOP_SECONDS_MAX = 90;

  @TempDir private Path home;

  @ParameterizedTest
  @ValueSource(strings = {"policy.json", "log/kafka.log", "postgres/data/postmaster.pid"})
  void itStopsInOrderAndLeavesNoProcess(String sign) throws Exception {
    Path data = home.resolve("data");
    Path told = home.resolve("up.err");
    Process up =
        new ProcessBuilder(
                JavaCommand.of(
                    "dev.canswarm.pipeline.Main",
                    "up",
                    "--data",
                    data.toString(),
                    "--kafka-port=0",
                    "--postgres-port=0",
                    "--redis-port=0",
                    "--http-port=0"))
            .redirectError(told.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      BusProbe.await(sign, () -> Files.exists(data.resolve(sign)) || !up.isAlive());
      up.destroy();
      assertThat(up.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    } finally {
      up.destroyForcibly();
    }

    List<String> lines = Files.readAllLines(told);
    assertThat(up.exitValue()).as("%s", lines).isEqualTo(TERMINATED);
    assertThat(lines)
        .noneMatch(line -> line.contains("Error") || line.contains("Exception"))
        .last()
        .isEqualTo(STOPPED);
    assertThat(WorkingProcesses.in(data.toRealPath())).isEmpty();
  }
}
