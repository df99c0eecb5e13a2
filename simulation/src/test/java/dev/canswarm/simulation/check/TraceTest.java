package dev.canswarm.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.SeededRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TraceTest {
  /** More events than the buffer of the digest holds. */
  private static final int MANY = 2_000;

  private final EventLoop loop = new EventLoop(new SeededRandom(1));

  private static String digest(long atMillis, Consumer<Trace> events) {
    EventLoop loop = new EventLoop(new SeededRandom(1));
    Trace trace = new Trace(loop, 0);
    loop.atMillis(atMillis, () -> events.accept(trace));
    assertThat(loop.step()).isTrue();
    return trace.digest();
  }

  @Test
  void theSameEventsHaveTheSameDigestAndAnyOtherHaveAnother() {
    String digest = digest(5, trace -> trace.note("sent", 1, "a"));
    assertThat(digest).matches("[0-9a-f]{64}");
    assertThat(digest(5, trace -> trace.note("sent", 1, "a"))).isEqualTo(digest);
    assertThat(digest(6, trace -> trace.note("sent", 1, "a"))).as("time").isNotEqualTo(digest);
    assertThat(digest(5, trace -> trace.note("done", 1, "a"))).as("event").isNotEqualTo(digest);
    assertThat(digest(5, trace -> trace.note("sent", 2, "a"))).as("node").isNotEqualTo(digest);
    assertThat(digest(5, trace -> trace.note("sent", 1, "b"))).as("subject").isNotEqualTo(digest);
  }

  @Test
  void theFirstOfManyEventsCounts() {
    assertThat(digest(0, trace -> many(trace, "first")))
        .isEqualTo(digest(0, trace -> many(trace, "first")))
        .isNotEqualTo(digest(0, trace -> many(trace, "other")));
  }

  private static void many(Trace trace, String first) {
    trace.note(first, 0, "");
    for (int i = 0; i < MANY; i++) {
      trace.note("sent", 0, "x".repeat(i));
    }
  }

  @Test
  void theLastLinesAreKeptOldestFirst() {
    Trace trace = new Trace(loop, 2);
    trace.note("sent", 0, "a");
    loop.atMillis(61_002, () -> trace.note("died", 3, "b"));
    assertThat(loop.step()).isTrue();
    trace.note("fed", -1, "c");
    assertThat(trace.lines())
        .containsExactly("    61.002 s  node 3  died b", "    61.002 s  world   fed c");
  }

  @Test
  void noTextIsKeptUnlessAskedFor() {
    Trace trace = new Trace(loop, 0);
    trace.note("sent", 0, "a");
    assertThat(trace.lines()).isEmpty();
  }
}
