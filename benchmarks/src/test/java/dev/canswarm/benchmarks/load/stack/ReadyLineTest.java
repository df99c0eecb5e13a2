package dev.canswarm.benchmarks.load.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadyLineTest {
  @Test
  void theBrokerAndTheDirectoryAreRead() {
    assertThat(
            ReadyLine.parse(
                "ready kafka=127.0.0.1:19092 postgres=127.0.0.1:15432 redis=127.0.0.1:16379"
                    + " data=/tmp/a b"))
        .hasValue(new ReadyLine("127.0.0.1:19092", Optional.empty(), Path.of("/tmp/a b")));
  }

  @Test
  void membersThatAreNotKnownDoNotMatter() {
    assertThat(ReadyLine.parse("ready kafka=h:1 http=127.0.0.1:19080 data=/d"))
        .hasValue(new ReadyLine("h:1", Optional.of("127.0.0.1:19080"), Path.of("/d")));
  }

  @Test
  void otherLinesAreNone() {
    for (String line : new String[] {"", "already", "ready", "ready postgres=h:1 data=/d"}) {
      assertThat(ReadyLine.parse(line)).isEmpty();
    }
  }
}
