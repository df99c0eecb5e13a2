package dev.canswarm.benchmarks.load.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {
  @Test
  void theBlocksOfAllFilesBelowCount(@TempDir Path directory) throws Exception {
    Path deep = Files.createDirectories(directory.resolve("a name\n7").resolve("b"));
    long before = DiskUse.bytes(directory).orElseThrow();
    Files.write(deep.resolve("file"), new byte[1 << 20]);
    assertThat(DiskUse.bytes(directory).orElseThrow() - before).isBetween(1L << 20, 2L << 20);
  }

  @Test
  void nothingIsKnownOfADirectoryThatIsNotThere(@TempDir Path directory) throws Exception {
    assertThat(DiskUse.bytes(directory.resolve("missing"))).isEmpty();
  }
}
