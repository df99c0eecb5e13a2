package dev.canswarm.benchmarks.load.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StackSharesTest {
  @Test
  void packagesAndLibrariesAreCutFromNames() {
    assertThat(StackShares.packageOf("dev.canswarm.stage.RecordDecoder$1"))
        .isEqualTo("dev.canswarm.stage");
    assertThat(StackShares.packageOf("Main")).isEmpty();
    assertThat(StackShares.library("org.apache.kafka.clients.producer"))
        .isEqualTo("org.apache.kafka");
    assertThat(StackShares.library("java.util")).isEqualTo("java.util");
  }
}
