package dev.canswarm.pipeline.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  private static final byte[] INPUT = "input".getBytes(StandardCharsets.UTF_8);

  private final Path parent;

  RunDirectoryTest(@TempDir Path parent) {
    this.parent = parent;
  }

  @Test
  void aRunHasItsInputAndAnEmptyDirectoryToWorkIn() throws IOException {
    try (RunDirectory run = new RunDirectory(parent, INPUT)) {
      assertThat(run.stdin()).hasBinaryContent(INPUT);
      assertThat(run.work()).isEmptyDirectory();
    }
  }

  @Test
  void afterItsEndNothingIsLeftAndWhatItLinkedToStays() throws IOException {
    Path outside = Files.createFile(parent.resolve("outside"));
    RunDirectory run = new RunDirectory(parent, INPUT);
    Files.createDirectories(run.work().resolve("a/b"));
    Files.createSymbolicLink(run.work().resolve("a/link"), outside);

    run.close();

    assertThat(parent).isDirectoryNotContaining("glob:**/task-*");
    assertThat(outside).exists();
  }

  @Test
  void aComplaintIsShortenedAndWithoutTheSpaceAroundIt() throws IOException {
    try (RunDirectory run = new RunDirectory(parent, INPUT)) {
      Files.writeString(run.stderr(), "\n no such file  \n and more");
      assertThat(run.stderrExcerpt(100)).isEqualTo("no such file  \n and more");
      assertThat(run.stderrExcerpt(17)).isEqualTo("…  and more");
      assertThat(run.stderrExcerpt(4)).isEqualTo("more");
    }
  }
}
