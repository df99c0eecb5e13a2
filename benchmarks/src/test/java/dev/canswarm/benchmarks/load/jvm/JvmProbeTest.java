package dev.canswarm.benchmarks.load.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class JvmProbeTest {
  @Test
  void aJvmThatDoesNotLetOthersAttachIsAnEnvironmentProblemThatNamesIt() {
    long self = ProcessHandle.current().pid();
    assertThatThrownBy(() -> JvmProbe.attach(self, Path.of("gc.log")))
        .hasMessageStartingWith("cannot attach to the JVM " + self + ": ")
        .asInstanceOf(InstanceOfAssertFactories.type(BenchException.class))
        .extracting(BenchException::exitCode)
        .isEqualTo(BenchExit.ENVIRONMENT);
  }

  @Test
  void theCollectorsLogGoesToTheFile() {
    assertThat(JvmProbe.gcLogOption(Path.of("/tmp/gc-1.log")))
        .isEqualTo("-Xlog:gc:file=/tmp/gc-1.log");
  }
}
