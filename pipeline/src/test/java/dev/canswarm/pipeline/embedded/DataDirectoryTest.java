package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  private final Path temp;

  DataDirectoryTest(@TempDir Path temp) {
    this.temp = temp;
  }

  @Test
  void makesTheDirectoryAndWritesItsFormat() throws Exception {
    Path path = temp.resolve("a/b");
    try (DataDirectory directory = DataDirectory.open(path)) {
      assertThat(directory.root()).isEqualTo(path.toRealPath());
      assertThat(directory.resolve("FORMAT")).hasContent("1");
    }
    DataDirectory.open(path).close();
  }

  @Test
  void aSecondOpeningInThisProcessIsRefusedUntilTheFirstIsClosed() throws Exception {
    DataDirectory first = DataDirectory.open(temp);
    for (int attempt = 0; attempt < 2; attempt++) {
      EmbeddedStackException refused = refusal(temp);
      assertThat(refused.kind()).isEqualTo(Kind.DIRECTORY_LOCKED);
      assertThat(refused)
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
          .hasMessageContaining("--data");
    }
    assertThat(runLockHolder(temp).waitFor()).isEqualTo(LockHolder.REFUSED);
    first.close();
    first.close();
    DataDirectory.open(temp).close();
  }

  @Test
  void aDirectoryOfAnotherProcessIsRefusedByItsIdAndFreeOnceThatIsKilled() throws Exception {
    Process holder = runLockHolder(temp);
    assertThat(holder.inputReader().readLine()).isEqualTo("held");
    EmbeddedStackException refused = refusal(temp);
    assertThat(refused.kind()).isEqualTo(Kind.DIRECTORY_LOCKED);
    assertThat(refused).hasMessageContaining("process " + holder.pid());
    holder.destroyForcibly();
    assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
    DataDirectory.open(temp).close();
  }

  @Test
  void anUnknownFormatIsRefusedAndTheLockReleased() throws Exception {
    Files.writeString(temp.resolve("FORMAT"), "2\n");
    EmbeddedStackException refused = refusal(temp);
    assertThat(refused.kind()).isEqualTo(Kind.UNKNOWN_FORMAT);
    assertThat(refused).hasMessageContaining("format '2'").hasMessageContaining("reads '1'");
    Files.writeString(temp.resolve("FORMAT"), "1\n");
    DataDirectory.open(temp).close();
  }

  @Test
  void aPathThatCannotBeADirectoryIsRefused() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThat(refusal(file).kind()).isEqualTo(Kind.NOT_WRITABLE);
    assertThat(refusal(file.resolve("below")).kind()).isEqualTo(Kind.NOT_WRITABLE);
  }

  @Test
  void aNewDirectoryIsClosedToOtherUsersAndItsParentIsAsUsual() throws Exception {
    Path path = temp.resolve("parent/data");
    DataDirectory.open(path).close();
    assertThat(permissions(path)).isEqualTo("rwx------");
    assertThat(permissions(temp.resolve("parent"))).isNotEqualTo("rwx------");
  }

  @Test
  void aDataDirectoryThatAnOlderVersionLeftOpenIsClosed() throws Exception {
    Files.writeString(temp.resolve("FORMAT"), "1\n");
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-x--x"));
    DataDirectory.open(temp).close();
    assertThat(permissions(temp)).isEqualTo("rwx------");
  }

  @Test
  void aSharedDirectoryOfSomebodysFilesIsRefusedAndLeftAsItIs() throws Exception {
    Files.writeString(temp.resolve("a-users-file"), "");
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    EmbeddedStackException refused = refusal(temp);
    assertThat(refused.kind()).isEqualTo(Kind.NOT_WRITABLE);
    assertThat(refused).hasMessageContaining("chmod 700");
    assertThat(permissions(temp)).isEqualTo("rwxr-xr-x");
    Files.delete(temp.resolve("a-users-file"));
    DataDirectory.open(temp).close();
    assertThat(permissions(temp)).isEqualTo("rwx------");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static EmbeddedStackException refusal(Path path) {
    return catchThrowableOfType(
        EmbeddedStackException.class, () -> DataDirectory.open(path).close());
  }

  static Process runLockHolder(Path directory) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LockHolder.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Holds the lock of a directory until it is killed. */
  static final class LockHolder {

    static final int REFUSED = 9;

    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
      try (DataDirectory held = DataDirectory.open(Path.of(arguments[0]))) {
        System.out.println(held.root().isAbsolute() ? "held" : "odd");
        System.in.transferTo(System.out);
      } catch (EmbeddedStackException e) {
        System.exit(REFUSED);
      }
    }
  }
}
