package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** An outage is outlasted, however long it takes; a refusal is final. */
class RetryPolicyTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final List<Throwable> failures = new ArrayList<>();
  private final List<Long> triesMillis = new ArrayList<>();
  private final RetryPolicy policy = new RetryPolicy(100, 1000, time, this::failed);

  private final List<FailureLog.About> about = new ArrayList<>();

  @AfterEach
  void stop() {
    time.dispose();
  }

  private void failed(Throwable failure, FailureLog.@Nullable About whom) {
    failures.add(failure);
    if (whom != null) {
      about.add(whom);
    }
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

  @Test
  void whatIsDoneForANeedIsLoggedWithItAndTheTraceIsToldToo() {
    List<Throwable> traced = new ArrayList<>();
    RetryPolicy ofNeed = policy.about(new NeedId("n"), new ThreadId("t")).telling(traced::add);
    Mono.error(away()).retryWhen(ofNeed.outages()).subscribe();
    time.advanceTimeBy(Duration.ofMillis(100));
    assertThat(failures).hasSize(2).isEqualTo(traced);
    assertThat(about)
        .hasSize(2)
        .containsOnly(new FailureLog.About(new NeedId("n"), new ThreadId("t")));

    policy.note(away());
    assertThat(failures).hasSize(3);
    assertThat(about).hasSize(2);
  }

  private static RetryableException away() {
    return new RetryableException("fill on the store", new IOException("away"));
  }
}
