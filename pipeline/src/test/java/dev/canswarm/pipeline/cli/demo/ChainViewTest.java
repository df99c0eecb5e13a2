package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Kind;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.cli.Console;
import dev.canswarm.pipeline.cli.kafka.SeenEnvelope;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainViewTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ChainView view =
      new ChainView(
          new Console(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, false),
          "t",
          Map.of("key", "worker-1"));

  private static SeenEnvelope envelope(Kind kind, String thread, String id, String... parents) {
    return new SeenEnvelope(
        kind, id, thread, "need", 1, "key", List.of(parents), JsonObject.empty());
  }

  private List<String> kinds() {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.strip().split(" +")[2])
        .toList();
  }

  @Test
  void whatComesEarlyIsShownAfterWhatItFollowsFrom() {
    view.seen(envelope(Kind.NEED, "t", "n"), 0);
    view.seen(envelope(Kind.ATTEST, "t", "a", "c"), 1);
    view.seen(envelope(Kind.FINALIZE, "t", "f", "a"), 2);
    assertThat(kinds()).containsExactly("NEED");
    assertThat(view.over()).isFalse();
    view.seen(envelope(Kind.COMMIT, "t", "c", "n"), 3);
    assertThat(kinds()).containsExactly("NEED", "COMMIT", "ATTEST", "FINALIZE");
    assertThat(view.over()).isTrue();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("worker-1");
  }

  @Test
  void otherThreadsAndRepetitionsAreLeftOut() {
    view.seen(envelope(Kind.NEED, "other", "x"), 0);
    view.seen(envelope(Kind.NEED, "t", "n"), 0);
    view.seen(envelope(Kind.NEED, "t", "n"), 1);
    assertThat(kinds()).containsExactly("NEED");
  }
}
