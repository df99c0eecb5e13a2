package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A seed is read back as it was written, from a file that nobody else may read. */
class KeyFileTest {
  private final Path keys;

  KeyFileTest(@TempDir Path keys) {
    this.keys = keys;
  }

  private static byte[] seed() {
    byte[] seed = new byte[32];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) (7 * i);
    }
    return seed;
  }

  private Path written(String text) throws IOException {
    Path file = KeyFile.of(keys, "planner");
    SmallFiles.write(file, text.getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  private static void assertRefused(Path file, DataException.Problem problem, String... said) {
    assertThatThrownBy(() -> KeyFile.read(file))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessageContainingAll(said);
  }

  @Test
  void aSeedIsReadBack() throws Exception {
    Path file = KeyFile.of(keys, "planner");
    assertThat(file).isEqualTo(keys.resolve("planner.key"));
    KeyFile.write(file, seed());
    assertThat(KeyFile.read(file)).isEqualTo(seed());
    assertThat(Files.readString(file)).isEqualTo(Base64.getEncoder().encodeToString(seed()) + "\n");
  }

  @Test
  void spaceAroundItDoesNotMatter() throws Exception {
    Path file = written("\n  " + Base64.getEncoder().encodeToString(seed()) + " \r\n\n");
    assertThat(KeyFile.read(file)).isEqualTo(seed());
  }

  @ParameterizedTest
  @CsvSource({"'', 0 bytes", "AAAA, 3 bytes", "'not base64!', something else"})
  void anythingElseIsRefusedAndNotShown(String text, String actual) throws IOException {
    Path file = written(text);
    assertRefused(file, DataException.Problem.BAD_CONTENT, "32-byte seed", actual);
    if (!text.isEmpty()) {
      assertThatThrownBy(() -> KeyFile.read(file)).hasMessageNotContaining(text);
    }
  }

  @Test
  void aFileThatOthersMayReadIsRefusedWithWhatToDo() throws Exception {
    if (!SmallFiles.posix()) {
      return;
    }
    Path file = KeyFile.of(keys, "planner");
    KeyFile.write(file, seed());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(file, DataException.Problem.OPEN_TO_OTHERS, "rw-r--r--", "chmod 600 " + file);
  }

  @Test
  void aMissingFileSaysHowToMakeOne() {
    assertRefused(
        KeyFile.of(keys, "nobody"), DataException.Problem.UNREADABLE, "missing", "keys new");
  }

  @Test
  void aMissingDirectoryIsNotWritable() {
    assertThatThrownBy(() -> KeyFile.write(keys.resolve("no").resolve("a.key"), seed()))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.problem()).isEqualTo(DataException.Problem.UNREADABLE));
  }
}
