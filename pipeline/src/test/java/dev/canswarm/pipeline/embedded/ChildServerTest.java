package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildServerTest {
  private static final long START_MILLIS_MAX = 10_000;

  @TempDir private Path temp;

  @Test
  void aServerThatStopsAtOnceLeavesNoProcess() throws Exception {
    String command = "trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done";
    ChildServer server = ChildServer.start(spec(command));

    server.stop();

    assertThat(WorkingProcesses.in(temp.toRealPath())).isEmpty();
  }

  @Test
  void aServerThatEndsByItselfLeavesNoProcess() throws Exception {
    ChildServer server = ChildServer.start(spec("echo up; sleep 0.2; exit 7"));

    assertThat(server.onExit().get()).isEqualTo(7);

    assertThat(WorkingProcesses.in(temp.toRealPath())).isEmpty();
  }

  private ChildServer.Spec spec(String command) {
    return new ChildServer.Spec(
        ServerKind.REDIS,
        "TERM",
        List.of("/bin/sh", "-c", command),
        temp,
        temp.resolve("log"),
        new ChildServer.Readiness("up", 1, START_MILLIS_MAX));
  }
}
