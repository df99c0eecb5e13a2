package dev.canswarm.pipeline.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusRunTest {
  @Test
  void withoutAStackItSaysHowToStartOne(@TempDir Path home) {
    Invocation status = Invocation.of(home, "status");
    assertThat(status.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(status.err()).contains("no stack is running on").contains("./swarm up");
    assertThat(status.out()).isEmpty();
  }
}
