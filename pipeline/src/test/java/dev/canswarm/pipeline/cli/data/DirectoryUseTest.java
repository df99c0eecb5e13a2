package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.embedded.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryUseTest {
  @Test
  void aDirectoryIsInUseWhileItsLockIsHeldAndAskingDoesNotLoseTheLock(@TempDir Path parent)
      throws Exception {
    Path data = parent.resolve("data");
    try (DataDirectory held = DataDirectory.open(data)) {
      assertThat(DirectoryUse.inUse(held.root())).isTrue();
      assertThat(DirectoryUse.inUse(held.root())).isTrue();
    }
    assertThat(DirectoryUse.inUse(data)).isFalse();
    assertThat(data.resolve("lock")).as("asking changes nothing").exists();
  }

  @Test
  void aDirectoryWithoutALockIsNotInUse(@TempDir Path data) throws Exception {
    assertThat(DirectoryUse.inUse(data)).isFalse();
    assertThat(DirectoryUse.inUse(data.resolve("missing"))).isFalse();
    Files.createDirectory(data.resolve("lock"));
    assertThat(DirectoryUse.inUse(data)).isFalse();
    assertThat(data).isDirectoryContaining(path -> path.endsWith("lock"));
  }
}
