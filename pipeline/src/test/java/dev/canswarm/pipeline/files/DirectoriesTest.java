package dev.canswarm.pipeline.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {
  private final Path home;

  DirectoriesTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void aDirectoryIsMadeWithItsParentsAndMakingItAgainChangesNothing() throws IOException {
    Path deep = home.resolve("a/b/c");

    Directories.createDurably(deep);
    Path kept = Files.createFile(deep.resolve("kept"));
    Directories.createDurably(deep);

    assertThat(kept).exists();
  }

  @Test
  void aFileInTheWayIsAFailure() throws IOException {
    Path file = Files.createFile(home.resolve("file"));

    assertThatThrownBy(() -> Directories.createDurably(file.resolve("below")))
        .isInstanceOf(IOException.class);
  }
}
