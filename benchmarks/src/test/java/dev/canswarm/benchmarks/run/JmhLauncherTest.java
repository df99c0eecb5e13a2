package dev.canswarm.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JmhLauncherTest {
  private final JmhLauncher.Request request = JmhLauncher.Request.of(List.of("a.B.c"));

  @Test
  void aRequestCollectsItsParametersAndFlagsInOrder() {
    JmhLauncher.Request all =
        request
            .with("engine", List.of("i2p", "jdk"))
            .with("payloadBytes", List.of("512"))
            .withJvmArg("-Da=1")
            .withJvmArg("-Db=2")
            .withAllocation(true);
    assertThat(all.benchmarks()).containsExactly("a.B.c");
    assertThat(all.parameters())
        .containsEntry("engine", List.of("i2p", "jdk"))
        .containsEntry("payloadBytes", List.of("512"));
    assertThat(all.jvmArgs()).containsExactly("-Da=1", "-Db=2");
    assertThat(all.allocation()).isTrue();
    assertThat(all.fewIterations()).isTrue();
  }

  @Test
  void noValuesKeepTheBenchmarksOwn() {
    assertThat(request.with("engine", List.of()).parameters()).isEmpty();
    assertThat(request.with("engine", List.of("i2p")).with("engine", List.of()).parameters())
        .containsEntry("engine", List.of("i2p"));
  }

  @Test
  void changingARequestLeavesTheOriginalAsItWas() {
    JmhLauncher.Request changed = request.with("engine", List.of("i2p")).withJvmArg("-Da=1");
    assertThat(changed).isNotEqualTo(request);
    assertThat(request).isEqualTo(JmhLauncher.Request.of(List.of("a.B.c")));
    assertThat(request.withAllocation(false).fewIterations()).isFalse();
  }
}
