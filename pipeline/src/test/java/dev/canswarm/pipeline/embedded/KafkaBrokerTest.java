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

  @Test
  void aFaultWithoutFilesLeftToOpenNamesTheLimit() {
    assertThat(KafkaBroker.ofFiles(250, 256))
        .isEqualTo(
            "; 250 of the 256 files that this process may open are open: raise the limit (ulimit -n)");
    assertThat(KafkaBroker.ofFiles(250, 1024)).isEmpty();
  }
}
