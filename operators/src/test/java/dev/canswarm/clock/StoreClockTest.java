package dev.canswarm.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoreClockTest {
  private static final long NOON_MILLIS = 1_000_000_000_000L;
  private static final long HOUR_MILLIS = 3_600_000;

  private final AtomicLong ours = new AtomicLong(NOON_MILLIS);
  private final StoreClock clock = new StoreClock(() -> ours.get() * 1_000_000);

  /** An hour of work, with a comparison each minute. */
  private void work(long aheadMillis) {
    for (int i = 0; i < 60; i++) {
      clock.compare(ours.get(), ours.get() + aheadMillis);
      ours.addAndGet(60_000);
    }
  }

  @Test
  void clocksThatAgreeAreTakenAtTheirWord() {
    assertThat(clock.toOurs(NOON_MILLIS - 5)).isEqualTo(NOON_MILLIS - 5);
    work(StoreClock.TOLERANCE_MILLIS);
    assertThat(clock.toOurs(NOON_MILLIS + 5)).isEqualTo(NOON_MILLIS + 5);
  }

  @Test
  void theFirstComparisonAppliesToOlderRowsToo() {
    work(HOUR_MILLIS);
    assertThat(clock.toOurs(NOON_MILLIS + HOUR_MILLIS)).isEqualTo(NOON_MILLIS);
    assertThat(clock.toOurs(NOON_MILLIS)).isEqualTo(NOON_MILLIS - HOUR_MILLIS);
  }

  @Test
  void timesFromBeforeAndAfterASetClockUseTheirOwnOffsets() {
    work(0);
    long setMillis = ours.get();
    work(HOUR_MILLIS);
    assertThat(clock.toOurs(setMillis - 120_000)).isEqualTo(setMillis - 120_000);
    assertThat(clock.toOurs(setMillis + HOUR_MILLIS)).isEqualTo(setMillis);
    assertThat(clock.toOurs(setMillis + HOUR_MILLIS / 2))
        .as("a time that no clock showed")
        .isBetween(setMillis - 60_000, setMillis);
  }

  @Test
  void aTimeThatAClockShowedTwiceIsTheLaterOneOnceThatHasCome() {
    work(0);
    long setMillis = ours.get();
    clock.compare(setMillis, setMillis - HOUR_MILLIS);
    assertThat(clock.toOurs(setMillis - 120_000)).isEqualTo(setMillis - 120_000);
    assertThat(clock.toOurs(setMillis - HOUR_MILLIS)).isEqualTo(setMillis);
    ours.addAndGet(HOUR_MILLIS);
    assertThat(clock.toOurs(setMillis - 120_000)).isEqualTo(setMillis + HOUR_MILLIS - 120_000);
  }

  @Test
  void anAnswerThatWasLongUnderWayDoesNotMoveTheClock() {
    work(0);
    long askedMillis = ours.get();
    ours.addAndGet(120_000);
    clock.compare(askedMillis, askedMillis + 10);
    assertThat(clock.toOurs(askedMillis)).isEqualTo(askedMillis);
    assertThat(clock.toOurs(ours.get())).isEqualTo(ours.get());
  }

  @Test
  void aClockThatIsSetAgainAndAgainIsFollowedToTheLast() {
    for (int i = 0; i < 3 * StoreClock.STRETCHES_MAX; i++) {
      long aheadMillis = (i % 2 == 0 ? 1 : -1) * HOUR_MILLIS;
      work(aheadMillis);
      assertThat(clock.toOurs(ours.get() + aheadMillis)).isEqualTo(ours.get());
    }
  }
}
