package dev.canswarm.pipeline.cli.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files are whole, and their owner's alone. */
class SmallFilesTest {
  private final Path directory;

  SmallFilesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void whatIsWrittenIsReadBackAndNothingElseIsLeft() throws IOException {
    Path file = directory.resolve("file");
    SmallFiles.write(file, "old".getBytes(UTF_8));
    SmallFiles.write(file, "new".getBytes(UTF_8));
    assertThat(SmallFiles.read(file)).asString(UTF_8).isEqualTo("new");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    Path file = directory.resolve("file");
    SmallFiles.write(file, new byte[1]);
    assertThat(SmallFiles.ownerOnly(file)).isTrue();
    if (SmallFiles.posix()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
      assertThat(SmallFiles.ownerOnly(file)).isFalse();
    }
  }

  @Test
  void aDirectoryIsMadeForItsOwnerWithItsParents() throws IOException {
    Path deep = directory.resolve("a").resolve("b");
    SmallFiles.createDirectory(deep);
    SmallFiles.createDirectory(deep);
    assertThat(deep).isDirectory();
    if (SmallFiles.posix()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void theRestOfACrashIsOverwritten() throws IOException {
    Path file = directory.resolve("file");
    Files.writeString(directory.resolve("file.tmp"), "half");
    SmallFiles.write(file, "whole".getBytes(UTF_8));
    assertThat(SmallFiles.read(file)).asString(UTF_8).isEqualTo("whole");
  }

  @Test
  void aFailureLeavesTheOldContentAndNoRest() throws IOException {
    Path file = directory.resolve("file");
    Files.createDirectory(file);
    Files.writeString(file.resolve("inside"), "x");
    assertThatThrownBy(() -> SmallFiles.write(file, new byte[1])).isInstanceOf(IOException.class);
    assertThat(directory.resolve("file.tmp")).doesNotExist();
    assertThat(file.resolve("inside")).exists();
  }

  @Test
  void moreThanASmallFileIsNotRead() throws IOException {
    Path file = directory.resolve("file");
    Files.write(file, new byte[SmallFiles.BYTES_MAX]);
    assertThat(SmallFiles.read(file)).hasSize(SmallFiles.BYTES_MAX);
    Files.write(file, new byte[SmallFiles.BYTES_MAX + 1]);
    assertThatThrownBy(() -> SmallFiles.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("at most 65536 bytes");
  }
}
