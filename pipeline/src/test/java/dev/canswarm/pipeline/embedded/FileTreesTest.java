package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreesTest {
  private final Path home;

  FileTreesTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void aTreeIsDeletedAndWhatItLinksToIsNot() throws IOException {
    Path kept = Files.createFile(Files.createDirectory(home.resolve("outside")).resolve("kept"));
    Path tree = Files.createDirectories(home.resolve("tree/a/b"));
    Files.createFile(tree.resolve("file"));
    Files.createSymbolicLink(home.resolve("tree/link"), home.resolve("outside"));
    Files.createSymbolicLink(home.resolve("tree/broken"), home.resolve("nothing"));

    FileTrees.delete(home.resolve("tree"));

    assertThat(home.resolve("tree")).doesNotExist();
    assertThat(kept).exists();
  }

  @Test
  void aLinkIsDeletedInsteadOfItsTarget() throws IOException {
    Path target = Files.createDirectory(home.resolve("target"));
    Path link = Files.createSymbolicLink(home.resolve("link"), target);

    FileTrees.delete(link);

    assertThat(Files.isSymbolicLink(link)).isFalse();
    assertThat(target).exists();
  }

  @Test
  void aFileThatIsGoneAlreadyIsNotAFailure() throws IOException {
    FileTrees.delete(home.resolve("nothing"));

    assertThat(home.resolve("nothing")).doesNotExist();
  }

  @Test
  void readingIsAddedToWhatIsAllowedAlready() throws IOException {
    Path directory =
        Files.createDirectory(
            home.resolve("own"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

    FileTrees.allowReading(directory);
    assertThat(permissions(directory)).isEqualTo("rwxr-xr-x");
  }

  @Test
  void ownFilesAreKnownAsOwnAndTheProbeIsGone() throws IOException {
    Path file = Files.createFile(home.resolve("file"));

    assertThat(FileTrees.belongsTo(file, FileTrees.self(home))).isTrue();
    assertThat(home).isDirectoryNotContaining("glob:**/.owner*");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
