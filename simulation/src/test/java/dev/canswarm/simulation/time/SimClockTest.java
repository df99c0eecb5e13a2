package dev.canswarm.simulation.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SimClockTest {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final EventLoop loop = new EventLoop(new SeededRandom(1));
  private final SimClock clock = new SimClock(loop);
  private final long start = clock.epochNanos();

  private void pass(long millis) {
    loop.afterMillis(millis, () -> {});
    loop.step();
  }

  private long elapsedMillis() {
    return (clock.epochNanos() - start) / NANOS_PER_MILLI;
  }

  @Test
  void everyRunBeginsAtTheSameTime() {
    assertThat(start / NANOS_PER_MILLI)
        .isEqualTo(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
  }

  @Test
  void aJumpMovesTheClockInEitherDirection() {
    pass(100);
    clock.jump(50);
    assertThat(elapsedMillis()).isEqualTo(150);
    clock.jump(-200);
    assertThat(elapsedMillis()).isEqualTo(-50);
  }

  @Test
  void aDriftCountsFromItsBeginningAndWhatItGainedStays() {
    pass(10_000);
    clock.drift(100);
    assertThat(elapsedMillis()).isEqualTo(10_000);
    pass(10_000);
    assertThat(elapsedMillis()).isEqualTo(21_000);
    clock.drift(-200);
    assertThat(elapsedMillis()).isEqualTo(21_000);
    pass(10_000);
    assertThat(elapsedMillis()).isEqualTo(29_000);
  }

  @Test
  void mendingCorrectsJumpsAndDriftsForGood() {
    clock.jump(7);
    clock.drift(500);
    pass(1_000);
    clock.mend();
    assertThat(elapsedMillis()).isEqualTo(1_000);
    pass(1_000);
    assertThat(elapsedMillis()).isEqualTo(2_000);
  }
}
