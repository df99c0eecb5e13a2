package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.embedded.DemoDirectories.DemoDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDirectoriesTest {

  private final Path temp;
  private final DemoDirectories directories;

  DemoDirectoriesTest(@TempDir Path temp) {
    this.temp = temp;
    this.directories = DemoDirectories.in(temp);
  }

  @Test
  void aClosedDirectoryIsGoneWithAllThatItHeld() throws Exception {
    DemoDirectory directory = directories.create();
    Files.createDirectories(directory.data().resolve("deep/er"));
    Files.writeString(directory.data().resolve("deep/er/file"), "x");
    directory.close();
    directory.close();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void aDirectoryInUseIsNotSwept() throws Exception {
    try (DemoDirectory directory = directories.create()) {
      assertThat(directories.sweep()).isZero();
      assertThat(directory.data().resolve("FORMAT")).exists();
    }
  }

  @Test
  void aDirectoryWhoseProcessWasKilledIsSwept() throws Exception {
    DemoDirectory directory = directories.create();
    Files.writeString(directory.data().resolve("file"), "x");
    directory.data().close(); // releases the lock, as the end of a process does
    assertThat(directories.sweep()).isOne();
    assertThat(temp).isEmptyDirectory();
    directory.close();
  }

  @Test
  void whatCarriesTheNameWithoutTheMarkerIsLeftAlone() throws Exception {
    Path unmarked = Files.createDirectory(temp.resolve("can-swarm-demo-mine"));
    Files.writeString(unmarked.resolve("lock"), "");
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("DEMO"), "");
    Files.writeString(elsewhere.resolve("lock"), "");
    Files.createSymbolicLink(temp.resolve("can-swarm-demo-link"), elsewhere);
    assertThat(directories.sweep()).isZero();
    assertThat(unmarked.resolve("lock")).exists();
    assertThat(elsewhere.resolve("DEMO")).exists();
  }

  @Test
  void aLinkInsideASweptDirectoryIsRemovedAndItsTargetKept() throws Exception {
    Path kept = Files.createDirectory(temp.resolve("kept"));
    Files.writeString(kept.resolve("file"), "x");
    DemoDirectory directory = directories.create();
    Files.createSymbolicLink(directory.data().resolve("link"), kept);
    directory.data().close();
    assertThat(directories.sweep()).isOne();
    assertThat(kept.resolve("file")).exists();
  }
}
