package dev.canswarm.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "C1 CompilerThre",
        "C2 CompilerThre",
        "VM Thread",
        "G1 Conc",
        "GC Thread",
        "JFR Recorder",
        "Sweeper thread"
      })
  void theJvmsOwnThreadsRunNoJava(String group) {
    assertThat(Profile.runsJava(group)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"compute", "C1", "GCounter", "VMware", "swarm-JFR ", "main", ""})
  void allOthersRunJava(String group) {
    assertThat(Profile.runsJava(group)).isTrue();
  }
}
