package dev.canswarm.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(shown, true, StandardCharsets.UTF_8);
  private long now;

  private String shown() {
    return shown.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void withoutATerminalALineComesEveryTenSeconds() {
    var progress = new Progress(err, false, () -> now);
    now = 10 * SECOND - 1;
    progress.show("too early");
    now = 10 * SECOND;
    progress.show("first");
    now = 20 * SECOND - 1;
    progress.show("too early again");
    now = 20 * SECOND;
    progress.show("second");
    assertThat(shown()).isEqualTo("first\nsecond\n");
  }

  @Test
  void onATerminalAShorterLineCoversALongerOne() {
    var progress = new Progress(err, true, () -> now);
    now = SECOND;
    progress.show("12345");
    now = 2 * SECOND;
    progress.show("ab");
    assertThat(shown()).isEqualTo("\r12345\rab   ");
  }

  @Test
  void aLineThatStaysReplacesTheOneThatIsWrittenOver() {
    var progress = new Progress(err, true, () -> now);
    progress.note("stays");
    now = SECOND;
    progress.show("1234");
    progress.note("also");
    assertThat(shown()).isEqualTo("stays\n\r1234\r    \ralso\n");
  }

  @Test
  void aPhasesLineHasItsCountsAndItsRateAlsoAtItsVeryStart() throws Exception {
    var progress = new Progress(err, false, () -> now);
    Phase.Watch watch = progress.of("run", 600);
    now = 10 * SECOND;
    watch.sample(400, 300, 10);
    now = 20 * SECOND;
    watch.sample(1, 0, 0);
    assertThat(shown())
        .isEqualTo(
            """
            swarm: run 10 s: 400 of 600 sent, 300 ended, 30/s
            swarm: run 0 s: 1 of 600 sent, 0 ended, 0/s
            """);
  }
}
