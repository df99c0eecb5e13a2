package dev.canswarm.pipeline.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  private final Path directory;

  TemporaryFilesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void contentReplacesWhatIsThereAndNothingElseIsLeft() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "before");

    new TemporaryFiles(directory).write(CONTENT, target);

    assertThat(directory).isDirectoryContaining("glob:**/target");
    assertThat(directory).isDirectoryNotContaining("glob:**/put-*");
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void aWriteThatFailsLeavesNoFile() throws IOException {
    Path nowhere = directory.resolve("no/such/directory");
    TemporaryFiles files = new TemporaryFiles(directory);

    assertThatThrownBy(() -> files.write(CONTENT, nowhere)).isInstanceOf(IOException.class);

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void leftoversAreSweptAndEverythingElseStays() throws IOException {
    Files.createFile(directory.resolve("put-1-0.tmp"));
    Files.createFile(directory.resolve("put-2-7.tmp"));
    Files.createDirectory(directory.resolve("put-3-0.tmp"));
    Files.createSymbolicLink(
        directory.resolve("put-4-0.tmp"), Files.createFile(directory.resolve("other")));

    assertThat(new TemporaryFiles(directory).sweep()).isEqualTo(2);

    try (var left = Files.list(directory)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("put-3-0.tmp", "put-4-0.tmp", "other");
    }
  }
}
