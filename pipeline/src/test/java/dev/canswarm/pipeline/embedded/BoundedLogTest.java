package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedLogTest {

  private final Path temp;

  BoundedLogTest(@TempDir Path temp) {
    this.temp = temp;
  }

  @Test
  void aFullFileIsSetAsideAndNoMoreThanTwoAreKept() throws Exception {
    Path file = temp.resolve("server.log");
    try (BoundedLog log = new BoundedLog(file, 100)) {
      for (int i = 0; i < 100; i++) {
        log.line("line number " + i);
      }
      assertThat(log.tail()).startsWith("line number 80\n").endsWith("line number 99");
    }
    assertThat(temp).isDirectoryContaining("glob:**/server.log.1");
    assertThat(Files.size(file)).isLessThan(130);
    assertThat(Files.size(temp.resolve("server.log.1"))).isLessThan(130);
    assertThat(Files.readString(file)).endsWith("line number 99\n");
  }

  @Test
  void aSecondRunAppends() throws Exception {
    Path file = temp.resolve("server.log");
    for (String line : new String[] {"first", "second"}) {
      try (BoundedLog log = new BoundedLog(file)) {
        log.line(line);
      }
    }
    assertThat(file).hasContent("first\nsecond");
  }
}
