package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoProgressTest {
  private static final long MILLI = 1_000_000;

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

  private DemoProgress progress(boolean terminal, int total) {
    PrintStream err = new PrintStream(shown, true, StandardCharsets.UTF_8);
    return new DemoProgress(new Console(new ByteArrayOutputStream(), err, terminal), total);
  }

  private List<String> shown() {
    String text = shown.toString(StandardCharsets.UTF_8).replace("\r\033[K", "\n");
    return text.lines().filter(line -> !line.isEmpty()).toList();
  }

  @Test
  void elsewhereThanOnATerminalEachQuarterIsShownOnce() {
    DemoProgress progress = progress(false, 10);
    for (int count = 1; count <= 10; count++) {
      progress.show(count, 0);
    }
    assertThat(shown())
        .containsExactly(
            "swarm: 3/10 finalized",
            "swarm: 5/10 finalized",
            "swarm: 8/10 finalized",
            "swarm: 10/10 finalized");
  }

  @Test
  void onATerminalTheFirstTheLastAndOneInFiftyMillisecondsAreShown() {
    DemoProgress progress = progress(true, 100);
    progress.show(1, -5 * MILLI);
    progress.show(2, 40 * MILLI);
    progress.show(3, 46 * MILLI);
    progress.show(4, 90 * MILLI);
    progress.show(100, 91 * MILLI);
    assertThat(shown())
        .containsExactly(
            "swarm: 1/100 finalized", "swarm: 3/100 finalized", "swarm: 100/100 finalized");
  }
}
