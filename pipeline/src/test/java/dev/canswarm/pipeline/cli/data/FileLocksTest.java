package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a lock is alone, until it is closed. */
class FileLocksTest {
  private final Path file;

  FileLocksTest(@TempDir Path directory) {
    this.file = directory.resolve("lock");
  }

  private static FileLocks.Held acquired(Path path) throws IOException {
    return FileLocks.tryAcquire(path).orElseThrow();
  }

  @Test
  void aSecondAttemptGetsNoneUntilTheFirstIsClosed() throws IOException {
    try (FileLocks.Held held = acquired(file)) {
      assertThat(held).isNotNull();
      assertThat(Files.exists(file)).isTrue();
      assertThat(FileLocks.tryAcquire(file)).isEmpty();
    }
    acquired(file).close();
  }

  @Test
  void theSameFileByAnotherNameIsTheSameLock() throws IOException {
    try (FileLocks.Held held = acquired(file)) {
      assertThat(held).isNotNull();
      Path other = file.resolveSibling("x").resolve("..").resolve(file.getFileName());
      assertThat(FileLocks.tryAcquire(other)).isEmpty();
    }
  }

  @Test
  void itIsTheOperatingSystemsLock() throws IOException {
    try (FileLocks.Held held = acquired(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(channel::tryLock).isInstanceOf(OverlappingFileLockException.class);
    }
  }

  @Test
  void closingTwiceFreesNobodyElsesLock() throws IOException {
    FileLocks.Held first = acquired(file);
    first.close();
    try (FileLocks.Held second = acquired(file)) {
      assertThat(second).isNotNull();
      first.close();
      assertThat(FileLocks.tryAcquire(file)).isEmpty();
    }
  }

  @Test
  void afterAFailedAttemptTheNextOneMaySucceed() throws IOException {
    Path missing = file.resolveSibling("missing").resolve("lock");
    assertThatThrownBy(() -> FileLocks.tryAcquire(missing)).isInstanceOf(IOException.class);
    Files.createDirectories(file.resolveSibling("missing"));
    try (FileLocks.Held held = acquired(missing)) {
      assertThat(held).isNotNull();
    }
  }

  @Test
  void theLockIsFreeForOthersOnceItIsClosed() throws IOException {
    acquired(file).close();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      assertThat(lock).isNotNull();
    }
  }
}
