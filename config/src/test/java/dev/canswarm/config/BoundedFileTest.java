package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedFileTest {
  private final Path file;

  BoundedFileTest(@TempDir Path home) {
    file = home.resolve("file");
  }

  @Test
  void aFileOfTheBoundsSizeIsReadAndALargerOneIsNot() throws IOException {
    Files.write(file, new byte[] {'a', (byte) 0xc3, (byte) 0xa9});

    assertThat(BoundedFile.readUtf8(file, 3)).isEqualTo("aé");
    assertThatThrownBy(() -> BoundedFile.read(file, 2)).hasMessage("more than 2 bytes");
  }

  @Test
  void aPipeIsReadToItsEndAndOneToWhichNobodyWritesIsGivenUp() throws Exception {
    Path silent = file.resolveSibling("silent");
    assertThat(new ProcessBuilder("mkfifo", file.toString(), silent.toString()).start().waitFor())
        .isZero();
    assertThatThrownBy(() -> BoundedFile.read(silent, 9, 20))
        .hasMessageStartingWith("a pipe or terminal that had no end after 20 ms");

    Process writer =
        new ProcessBuilder("sh", "-c", "printf text > \"$0\"", file.toString()).start();
    assertThat(BoundedFile.readUtf8(file, 9)).isEqualTo("text");
    assertThat(writer.waitFor()).isZero();
  }

  @Test
  void whatIsWrongIsSaidWithoutThePath() throws IOException {
    assertThatThrownBy(() -> BoundedFile.read(file, 9)).hasMessage("no such file");
    Files.write(file, new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> BoundedFile.readUtf8(file, 9)).hasMessage("bytes that are not UTF-8");
  }
}
