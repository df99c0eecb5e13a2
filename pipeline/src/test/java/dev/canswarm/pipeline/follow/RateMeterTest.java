package dev.canswarm.pipeline.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import org.junit.jupiter.api.Test;

/** What is counted of the op-log, and from which NEEDs latencies are computed. */
class RateMeterTest {
  private final RateMeter meter = new RateMeter(1_000);

  private void count(String kind, String needId, long storedMillis, String payload) {
    meter.count(
        new FollowedRow(
            Position.START,
            "slot",
            "id",
            new NeedId(needId),
            new ThreadId("thread"),
            kind,
            "sender",
            1,
            storedMillis,
            MessageText.of(kind, ("{\"payload\":" + payload + "}").getBytes(UTF_8))));
  }

  private void began(String needId, long storedMillis) {
    count("NEED", needId, storedMillis, "{}");
  }

  private void ended(String needId, long storedMillis, String outcome) {
    count("FINALIZE", needId, storedMillis, "{\"outcome\":\"" + outcome + "\"}");
  }

  @Test
  void whereNothingHappenedAllIsZero() {
    assertThat(meter.take(1_500)).isEqualTo(new Rates(500, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void beginningsEndsAndDeadLettersAreCountedApart() {
    began("a", 0);
    began("b", 0);
    began("c", 0);
    began("d", 0);
    ended("a", 10, "ACCEPTED");
    ended("b", 10, "REJECTED");
    ended("c", 10, "EXPIRED");
    count("DEAD_LETTER", "", 10, "{}");
    count("DEAD_LETTER", "", 10, "{}");
    count("COMMIT", "a", 10, "{}");
    count("VERDICT", "a", 10, "{}");
    Rates rates = meter.take(2_000);
    assertThat(rates).isEqualTo(new Rates(1_000, 4, 1, 1, 1, 2, 3, 10, 10));
  }

  @Test
  void anEndWhoseBeginningWasNotSeenCountsAndIsNotTimed() {
    ended("a", 10, "ACCEPTED");
    Rates rates = meter.take(2_000);
    assertThat(rates.accepted()).isEqualTo(1);
    assertThat(rates.timed()).isZero();
  }

  @Test
  void aBeginningIsRememberedBeyondOneTaking() {
    began("a", 100);
    meter.take(2_000);
    ended("a", 350, "ACCEPTED");
    Rates rates = meter.take(3_000);
    assertThat(rates.began()).isZero();
    assertThat(rates.timed()).isEqualTo(1);
    assertThat(rates.medianMillis()).isEqualTo(250);
  }

  @Test
  void aTakingBeginsANewCountAndANewSpan() {
    began("a", 0);
    ended("a", 10, "ACCEPTED");
    meter.take(2_000);
    assertThat(meter.ageMillis(2_300)).isEqualTo(300);
    assertThat(meter.take(2_500)).isEqualTo(new Rates(500, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void anEndIsTimedOnce() {
    began("a", 0);
    ended("a", 10, "ACCEPTED");
    ended("a", 900, "ACCEPTED");
    Rates rates = meter.take(2_000);
    assertThat(rates.timed()).isEqualTo(1);
    assertThat(rates.p95Millis()).isEqualTo(10);
  }

  @Test
  void quantilesAreOfTheSortedTimes() {
    for (int i = 100; i >= 1; i--) {
      began("need " + i, 0);
      ended("need " + i, i, "ACCEPTED");
    }
    Rates rates = meter.take(2_000);
    assertThat(rates.timed()).isEqualTo(100);
    assertThat(rates.medianMillis()).isEqualTo(50);
    assertThat(rates.p95Millis()).isEqualTo(95);
  }

  @Test
  void ofOneTimeAllQuantilesAreIt() {
    began("a", 5);
    ended("a", 12, "ACCEPTED");
    Rates rates = meter.take(2_000);
    assertThat(rates.medianMillis()).isEqualTo(7);
    assertThat(rates.p95Millis()).isEqualTo(7);
  }

  @Test
  void aClockThatWentBackGivesNoNegativeTime() {
    began("a", 50);
    ended("a", 40, "ACCEPTED");
    Rates rates = meter.take(2_000);
    assertThat(rates.timed()).isEqualTo(1);
    assertThat(rates.medianMillis()).isZero();
  }

  @Test
  void ofTooManyOpenNeedsTheOldestIsForgotten() {
    for (int i = 0; i <= RateMeter.NEEDS_MAX; i++) {
      began("need " + i, 0);
    }
    ended("need 0", 10, "ACCEPTED");
    ended("need 1", 10, "ACCEPTED");
    Rates rates = meter.take(2_000);
    assertThat(rates.accepted()).isEqualTo(2);
    assertThat(rates.timed()).isEqualTo(1);
  }
}
