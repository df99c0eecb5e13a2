package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramPathTest {
  private final Path directory;
  private final String path;

  ProgramPathTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Files.createDirectories(bin.resolve("folder"));
    Files.writeString(bin.resolve("text"), "");
    assertThat(Files.createFile(bin.resolve("tool")).toFile().setExecutable(true)).isTrue();
    path = File.pathSeparator + directory.resolve("none") + File.pathSeparator + bin;
  }

  @Test
  void findsAProgramInAnyDirectoryOfThePath() {
    assertThat(ProgramPath.has("tool", path)).isTrue();
    assertThat(ProgramPath.has("other", path)).isFalse();
    assertThat(ProgramPath.has("tool", "")).isFalse();
  }

  @Test
  void aDirectoryOrAFileThatCannotBeRunIsNotAProgram() {
    assertThat(ProgramPath.has("folder", path)).isFalse();
    assertThat(ProgramPath.has("text", path)).isFalse();
  }

  @Test
  void aNameWithASlashIsAPath() {
    assertThat(ProgramPath.has(directory.resolve("bin/tool").toString(), "")).isTrue();
    assertThat(ProgramPath.has("bin/tool", directory.toString())).isFalse();
  }

  @Test
  void anInvalidFileNameIsNotAProgram() {
    assertThat(ProgramPath.has("a\0b", path)).isFalse();
  }
}
