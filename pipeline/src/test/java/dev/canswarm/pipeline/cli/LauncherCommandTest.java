package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option of another program's command leads to the message that says where it is. */
class LauncherCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sim --seeds 1000",
        "jmh --quick --only Json",
        "bench --needs=6000 extra",
        "hostile --bad 1",
        "chaos"
      })
  void aCommandOfAnotherProgramSaysWhatRunsIt(String line, @TempDir Path home) {
    Invocation invocation = Invocation.of(home, line.split(" "));
    String name = line.split(" ")[0];
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(invocation.err().strip())
        .isEqualTo(
            "swarm: %s is not part of this program; in a checkout, ./swarm %s builds and runs it"
                .formatted(name, name));
    assertThat(invocation.out()).isEmpty();
  }
}
