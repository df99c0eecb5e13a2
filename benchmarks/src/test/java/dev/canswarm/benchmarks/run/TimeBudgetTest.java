package dev.canswarm.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TimeBudgetTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final SettableClock hands = new SettableClock();

  /** A clock that the test sets. */
  private static final class SettableClock extends Clock {
    private Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("expected no other zone");
    }
  }

  private TimeBudget quickAfter(int seconds) {
    hands.now = START;
    TimeBudget budget = TimeBudget.of(hands, true);
    hands.now = START.plusSeconds(seconds);
    return budget;
  }

  @Test
  void aProcessMayWarmUpForAsLongAsThereIsTimeForTheOthers() {
    assertThat(quickAfter(0).warmUpMillis(7)).isEqualTo(40_000);
    assertThat(quickAfter(100).warmUpMillis(3)).isEqualTo(15_000);
    assertThat(quickAfter(134).warmUpMillis(3)).isEqualTo(2_500);
  }

  @Test
  void whatIsSetAsideIsLeft() {
    assertThat(quickAfter(100).reserving(1).warmUpMillis(3)).isEqualTo(7_500);
  }

  @Test
  void anotherPassFitsWhereOneAsLongAsThoseBeforeDoes() {
    assertThat(quickAfter(60).fitsAnother(1)).isTrue();
    assertThat(quickAfter(80).fitsAnother(1)).isFalse();
    assertThat(quickAfter(80).fitsAnother(2)).isTrue();
  }

  @Test
  void aFullRunHasTime() {
    TimeBudget budget = TimeBudget.of(hands, false);
    hands.now = START.plusSeconds(3_600);
    assertThat(budget.fitsAnother(1)).isTrue();
    assertThat(budget.warmUpMillis(7)).isEqualTo(40_000);
  }
}
