package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class CallTimerTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicBoolean away = new AtomicBoolean();
  private final CallTimer timer =
      new CallTimer(registry, "calls", "Calls.", "store", nanos::get, away);

  private Timer of(String outcome) {
    return registry.get("calls").tag("operation", "store").tag("outcome", outcome).timer();
  }

  @Test
  void aCallIsTimedFromItsSubscriptionEachTimeAlsoWhenTheClockOverflows() {
    Mono<Integer> call = timer.timed(Mono.fromCallable(() -> (int) nanos.addAndGet(20)));
    assertThat(of("ok").count()).isZero();
    nanos.addAndGet(1_000);
    assertThat(call.blockOptional()).isPresent();
    assertThat(call.blockOptional()).isPresent();
    assertThat(of("ok").count()).isEqualTo(2);
    assertThat(of("ok").totalTime(TimeUnit.NANOSECONDS)).isEqualTo(40);
    assertThat(of("failed").count()).isZero();
  }

  @Test
  void aServerIsAwayFromACallThatFailsToTheNextThatDoesNot() {
    timer.timed(Mono.error(new IllegalStateException())).onErrorComplete().block();
    assertThat(away).isTrue();
    assertThat(of("failed").count()).isEqualTo(1);
    timer.timed(Mono.empty()).block();
    assertThat(away).isFalse();
    assertThat(of("ok").count()).as("an empty answer is one").isEqualTo(1);
  }

  @Test
  void aCallThatIsCancelledSaysNothing() {
    timer.timed(Mono.never()).subscribe().dispose();
    assertThat(of("ok").count() + of("failed").count()).isZero();
    assertThat(away).isFalse();
  }
}
