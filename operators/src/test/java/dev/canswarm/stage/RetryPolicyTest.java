package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** An outage is outlasted, however long it takes; a refusal is final. */
class RetryPolicyTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final List<Throwable> failures = new ArrayList<>();
  private final List<Long> triesMillis = new ArrayList<>();
  private final RetryPolicy policy = new RetryPolicy(100, 1000, time, failures::add);

  @AfterEach
  void stop() {
    time.dispose();
  }

  private Mono<Void> failing(RuntimeException error) {
    return Mono.<Void>defer(
            () -> {
              triesMillis.add(time.now(TimeUnit.MILLISECONDS));
              return Mono.error(error);
            })
        .retryWhen(policy.spec());
  }

  @Test
  void theWaitDoublesUpToTheLongestAndIsTheSameInEveryRun() {
    failing(away()).subscribe();
    time.advanceTimeBy(Duration.ofMillis(100 + 200 + 400 + 800 + 1000 + 1000));
    assertThat(triesMillis).containsExactly(0L, 100L, 300L, 700L, 1500L, 2500L, 3500L);
    assertThat(failures).hasSize(7).allMatch(RetryableException.class::isInstance);
  }

  @Test
  void itNeverGivesUp() {
    failing(away()).subscribe();
    time.advanceTimeBy(Duration.ofHours(3));
    assertThat(triesMillis).hasSizeGreaterThan(10_000);
    assertThat(triesMillis.get(triesMillis.size() - 1))
        .isGreaterThan(Duration.ofHours(3).minusMillis(1001).toMillis());
  }

  @Test
  void aRefusalIsNotTriedAgain() {
    List<Throwable> ends = new ArrayList<>();
    failing(new RefusedException(Reason.BAD_SHAPE, "no")).subscribe(v -> {}, ends::add);
    time.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(triesMillis).containsExactly(0L);
    assertThat(ends).singleElement().isInstanceOf(RefusedException.class);
    assertThat(failures).isEmpty();
  }

  private static RetryableException away() {
    return new RetryableException("fill on the store", new IOException("away"));
  }
}
