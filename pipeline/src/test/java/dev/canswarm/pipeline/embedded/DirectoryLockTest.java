package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  private final Path home;

  DirectoryLockTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void nobodyGetsTheLockWhileItIsHeldAndAnybodyAfterwards() throws IOException {
    try (DirectoryLock held = DirectoryLock.tryAcquire(home).orElseThrow()) {
      assertThat(DirectoryLock.tryAcquire(home)).as("beside " + held).isEmpty();
      assertThat(DirectoryLock.holder(home)).startsWith("this process (");
    }
    DirectoryLock again = DirectoryLock.tryAcquire(home).orElseThrow();
    again.close();
    assertThat(home.resolve(DirectoryLock.FILE)).exists();
  }

  @Test
  void anotherNameOfTheDirectoryIsTheSameLock() throws IOException {
    Path directory = Files.createDirectory(home.resolve("data"));
    Path link = Files.createSymbolicLink(home.resolve("link"), directory);
    try (DirectoryLock held = DirectoryLock.tryAcquire(directory).orElseThrow()) {
      assertThat(DirectoryLock.tryAcquire(link)).as("beside " + held).isEmpty();
    }
  }

  @Test
  void closingTwiceLeavesTheNextHoldersLockAlone() throws IOException {
    DirectoryLock first = DirectoryLock.tryAcquire(home).orElseThrow();
    first.close();
    try (DirectoryLock next = DirectoryLock.tryAcquire(home).orElseThrow()) {
      first.close();
      assertThat(DirectoryLock.tryAcquire(home)).as("beside " + next).isEmpty();
    }
  }

  @Test
  void aDirectoryThatWasNeverLockedStaysWithoutTheFile() throws IOException {
    assertThat(DirectoryLock.tryAcquireExisting(home)).isEmpty();
    assertThat(home.resolve(DirectoryLock.FILE)).doesNotExist();
  }

  @Test
  void theHolderIsNamedAsFarAsItIsKnown() throws IOException {
    assertThat(DirectoryLock.holder(home)).isEqualTo("another process");
    Files.writeString(home.resolve(DirectoryLock.FILE), "42\n");
    assertThat(DirectoryLock.holder(home)).isEqualTo("process 42");
  }
}
