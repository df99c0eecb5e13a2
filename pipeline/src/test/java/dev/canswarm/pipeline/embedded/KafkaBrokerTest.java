package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KafkaBrokerTest {
  @Test
  void aFaultOnAFullDiskNamesTheDisk() {
    assertThat(KafkaBroker.ofDisk(Path.of("/data/kafka"), 1_000_000))
        .isEqualTo(
            "; the disk of /data/kafka is full, 976 KiB are left: free some, then start again");
    assertThat(KafkaBroker.ofDisk(Path.of("/data/kafka"), 1L << 40)).isEmpty();
  }
}
