package dev.canswarm.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small shell scripts in place of {@code up}. */
class SwarmProcessTest {
  private static final String WAITS = "echo ready x=1; exec sleep 60";

  private final Path root;
  private SwarmProcess process;

  SwarmProcessTest(@TempDir Path root) {
    this.root = root;
    this.process = of(WAITS);
  }

  @AfterEach
  void stop() throws Exception {
    process.close();
  }

  private SwarmProcess of(String script) {
    process =
        new SwarmProcess(
            "up",
            root,
            List.of("/bin/sh", "-c", script),
            Map.of("PATH", "/usr/bin:/bin", "GREETING", "hello"));
    return process;
  }

  private SwarmProcess ready(String script) throws Exception {
    of(script).start();
    process.awaitReady();
    return process;
  }

  @Test
  void itIsReadyOnceItSaysSoAndNoLongerWhenItIsKilled() throws Exception {
    ready("echo starting; " + WAITS);
    assertThat(process.ready()).isTrue();
    ProcessHandle handle = process.handle().orElseThrow();
    process.kill();
    assertThat(handle.isAlive()).isFalse();
    assertThat(process.ready()).isFalse();
    assertThat(process.alive()).isFalse();
    assertThat(process.handle()).isEmpty();
    assertThat(process.end()).as("128 and SIGKILL").startsWith("exit 137");
  }

  @Test
  void oneThatHasOnlyJustStartedIsKilledToo() throws Exception {
    of(WAITS).start();
    process.kill();
    assertThat(process.end()).startsWith("exit 137");
  }

  @Test
  void oneThatEndsInsteadSaysHowWithItsLastLines() throws Exception {
    of("for line in one two '' three four; do echo \"$line\" >&2; done; exit 3").start();
    assertThatThrownBy(process::awaitReady)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessage("up did not start: exit 3: two | three | four");
  }

  @Test
  void termEndsItWithTheStatusThatItChooses() throws Exception {
    assertThat(ready(WAITS).terminate()).as("128 and SIGTERM").isEqualTo(143);
    assertThat(ready("trap 'exit 5' TERM; echo ready x; while :; do sleep 0.05; done").terminate())
        .isEqualTo(5);
  }

  @Test
  void itsEnvironmentIsWhatItWasGivenAndNothingOfOurs() throws Exception {
    of("echo \"$GREETING, ${HOME-nobody}\" >&2; exit 1").start();
    assertThatThrownBy(process::awaitReady).hasMessageEndingWith(": hello, nobody");
  }

  @Test
  void aSecondStartForgetsTheNeedsThatTheFirstReceived() throws Exception {
    ready(received("chaos-1") + WAITS);
    assertThat(process.trail().taken()).containsExactly("chaos-1");
    process.kill();
    Files.writeString(root.resolve("second"), "");
    process.start();
    process.awaitReady();
    assertThat(process.trail().taken()).isEmpty();
    assertThat(process.trail().everTaken()).isEqualTo(1);
  }

  /** Writes an audit log, but only at the first start. */
  private static String received(String thread) {
    return "[ -e second ] || { mkdir -p up/audit; echo '{\"thread_id\":\"%s\"}' > up/audit/1.jsonl; }; "
        .formatted(thread);
  }

  @Test
  void beforeItsFirstStartItIsNeitherReadyNorAliveAndCannotBeKilled() {
    assertThat(process.ready()).isFalse();
    assertThat(process.alive()).isFalse();
    assertThatIllegalStateException().isThrownBy(process::kill).withMessageContaining("up");
  }

  @Test
  void closingStopsItAndTheShellAboveIt() throws Exception {
    ready(WAITS);
    ProcessHandle handle = process.handle().orElseThrow();
    ProcessHandle shell = handle.parent().orElseThrow();
    process.close();
    process.close();
    assertThat(handle.isAlive()).isFalse();
    assertThat(shell.isAlive()).isFalse();
  }
}
