package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  @TempDir private Path data;

  private final Properties properties = new Properties();
  private Path own = Path.of("");

  @BeforeEach
  void usualPlace() {
    properties.setProperty("java.io.tmpdir", "/usual");
    own = data.resolve("native");
  }

  @Test
  void whereTheUsualPlaceWillDoNothingChanges() {
    assertThat(new NativeLibraries(directory -> {}, properties).choose(own)).isEmpty();

    assertThat(properties).hasSize(1);
    assertThat(own).doesNotExist();
  }

  @Test
  void otherwiseAllLibrariesGoIntoAnEmptyDirectoryOfOurOwn() throws IOException {
    Files.createDirectories(own.resolve("of-a-killed-process"));

    assertThat(
            new NativeLibraries(
                    directory -> {
                      if (directory == null) {
                        throw new UnsatisfiedLinkError("failed to map segment");
                      }
                      assertThat(directory).isEqualTo(own).isEmptyDirectory();
                    },
                    properties)
                .choose(own))
        .hasValueSatisfying(note -> assertThat(note).contains("/usual", own.toString()));

    NativeLibraries.PROPERTIES.forEach(
        name -> assertThat(properties).containsEntry(name, own.toString()));
  }

  @Test
  void aDirectoryThatTheUserNamedStays() {
    properties.setProperty("org.xerial.snappy.tempdir", "/named");

    new NativeLibraries(
            directory -> {
              if (directory == null) {
                throw new UnsatisfiedLinkError("failed to map segment");
              }
            },
            properties)
        .choose(own);

    assertThat(properties).containsEntry("org.xerial.snappy.tempdir", "/named");
  }

  @Test
  void withoutAUsableDirectoryTheMessageSaysWhatCannotBeReadAndWhatHelps() {
    assertThat(
            new NativeLibraries(
                    directory -> {
                      throw new UnsatisfiedLinkError("failed to map segment\nand more");
                    },
                    properties)
                .choose(own))
        .hasValueSatisfying(
            note ->
                assertThat(note)
                    .contains("zstd", "snappy", "/usual (failed to map segment)", own.toString())
                    .contains("SWARM_JAVA_OPTS=-Djava.io.tmpdir=DIR")
                    .doesNotContain("and more"));
    assertThat(properties).hasSize(1);
  }
}
