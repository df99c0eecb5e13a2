package dev.canswarm.pipeline.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.health.Health.Report;
import dev.canswarm.pipeline.health.HealthStatus.State;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class HealthTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

  @Test
  void aCheckThatTakesTooLongIsAsBadAsItMayBe() {
    Health health =
        new Health(
            List.of(
                new HealthCheck("slow", State.DEGRADED, Mono::never),
                new HealthCheck("quick", State.DOWN, () -> Mono.just(HealthStatus.up("")))),
            time);
    StepVerifier.create(health.report())
        .then(() -> time.advanceTimeBy(Health.CHECK_MAX))
        .assertNext(
            report -> {
              assertThat(report.entries())
                  .extracting(Health.Entry::name)
                  .containsExactly("slow", "quick");
              assertThat(report.entries().get(0).status())
                  .isEqualTo(HealthStatus.degraded("no answer within 2000 ms"));
              assertThat(report.isReady()).isTrue();
            })
        .verifyComplete();
  }

  @Test
  void aCheckThatFailsSaysWhyInOneLine() {
    Health health =
        new Health(
            List.of(
                new HealthCheck(
                    "broken",
                    State.DOWN,
                    () -> {
                      throw new IllegalStateException("no\r\n\u001b[31mway " + "x".repeat(500));
                    })),
            time);
    Report report = health.report().blockOptional().orElseThrow();
    assertThat(report.isReady()).isFalse();
    assertThat(report.entries().get(0).status().detail())
        .startsWith("no | \ufffd[31mway x")
        .hasSizeLessThan(210);
  }

  @Test
  void requestsWithinHalfASecondShareOneReport() {
    AtomicInteger checks = new AtomicInteger();
    Health health =
        new Health(
            List.of(
                new HealthCheck(
                    "part",
                    State.DOWN,
                    () -> Mono.just(HealthStatus.up("check " + checks.incrementAndGet())))),
            time);
    assertThat(health.report().block()).isSameAs(health.report().block());
    assertThat(checks).hasValue(1);
    time.advanceTimeBy(Health.FRESH);
    Report later = health.report().blockOptional().orElseThrow();
    assertThat(later.entries().get(0).status().detail()).isEqualTo("check 2");
  }
}
