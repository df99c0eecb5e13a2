package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a command learns that it should stop, and how long the JVM waits for it. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class StopSignalTest {
  @Test
  void aCommandThatWasAskedToStopSeesItAtEveryCheck() throws Exception {
    StopSignal stop = new StopSignal();
    stop.check();
    assertThat(stop.requested()).isFalse();
    assertThat(stop.await(0)).isFalse();
    stop.request();
    assertThat(stop.requested()).isTrue();
    assertThat(stop.await(Long.MAX_VALUE)).isTrue();
    stop.await();
    assertThatThrownBy(stop::check).isInstanceOf(StoppedException.class);
  }

  @Test
  void theJvmWaitsNoLongerThanTheDrainAndTheClosingMayTake() {
    StopSignal stop = new StopSignal(1);
    stop.drainFor(1);
    assertThat(stop.awaitDrained()).isFalse();
  }

  /** The setting allows ten minutes, which is longer than the drain of other commands. */
  @Test
  void theJvmWaitsForAsLongADrainAsTheSettingAllows() {
    StopSignal stop = new StopSignal(-StopSignal.DRAIN_MILLIS_DEFAULT);
    assertThat(stop.awaitDrained()).as("the default drain, less as much").isFalse();
    stop.drainFor(StopSignal.DRAIN_MILLIS_DEFAULT + 600_000);
    CompletableFuture<Boolean> waited = CompletableFuture.supplyAsync(stop::awaitDrained);
    stop.drained();
    assertThat(waited).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo(true);
  }
}
