package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** One lane per NEED: in order within, side by side among each other, never stuck. */
class NeedLanesTest {
  private final NeedLanes lanes = new NeedLanes();
  private final List<String> started = new ArrayList<>();

  private <T> Mono<T> job(String needId, String name, Mono<T> body) {
    return lanes.run(
        needId,
        () -> {
          started.add(name);
          return body;
        });
  }

  @Test
  void jobsOfOneNeedRunOneAfterTheOtherInTheOrderOfSubscription() {
    Sinks.One<String> first = Sinks.one();
    Sinks.One<String> second = Sinks.one();
    List<String> ended = new ArrayList<>();
    job("n", "1", first.asMono()).subscribe(ended::add);
    job("n", "2", second.asMono()).subscribe(ended::add);
    job("n", "3", Mono.just("c")).subscribe(ended::add);
    assertThat(started).containsExactly("1");

    first.tryEmitValue("a").orThrow();
    assertThat(started).containsExactly("1", "2");
    second.tryEmitValue("b").orThrow();
    assertThat(started).containsExactly("1", "2", "3");
    assertThat(ended).containsExactly("a", "b", "c");
  }

  @Test
  void jobsOfDifferentNeedsRunSideBySide() {
    job("n", "1", Mono.never()).subscribe();
    StepVerifier.create(job("m", "2", Mono.just("done"))).expectNext("done").verifyComplete();
    assertThat(started).containsExactly("1", "2");
  }

  @Test
  void nothingRunsBeforeItIsSubscribedTo() {
    Mono<String> cold = job("n", "1", Mono.just("x"));
    assertThat(started).isEmpty();
    StepVerifier.create(cold).expectNext("x").verifyComplete();
    StepVerifier.create(cold).expectNext("x").verifyComplete();
    assertThat(started).containsExactly("1", "1");
  }

  @Test
  void theNextRunsAfterAnError() {
    TestPublisher<String> failing = TestPublisher.create();
    StepVerifier.create(job("n", "1", failing.mono()))
        .then(() -> job("n", "2", Mono.just("x")).subscribe())
        .then(() -> failing.error(new IllegalStateException("boom")))
        .verifyErrorMessage("boom");
    assertThat(started).containsExactly("1", "2");
  }

  @Test
  void theNextRunsAfterAJobThatCannotEvenBeMade() {
    Mono<String> broken =
        lanes.run(
            "n",
            () -> {
              throw new IllegalStateException("no job");
            });
    StepVerifier.create(broken).verifyErrorMessage("no job");
    StepVerifier.create(job("n", "2", Mono.just("x"))).expectNext("x").verifyComplete();
  }

  @Test
  void theNextRunsWhenTheRunningJobIsCancelled() {
    Disposable running = job("n", "1", Mono.never()).subscribe();
    job("n", "2", Mono.just("x")).subscribe();
    assertThat(started).containsExactly("1");
    running.dispose();
    assertThat(started).containsExactly("1", "2");
  }

  @Test
  void aJobCancelledWhileItWaitsIsSkipped() {
    Sinks.One<String> first = Sinks.one();
    job("n", "1", first.asMono()).subscribe();
    Disposable waiting = job("n", "2", Mono.just("x")).subscribe();
    job("n", "3", Mono.just("y")).subscribe();
    waiting.dispose();

    first.tryEmitValue("a").orThrow();
    assertThat(started).containsExactly("1", "3");
    StepVerifier.create(job("n", "4", Mono.just("z"))).expectNext("z").verifyComplete();
  }

  @Test
  void tenThousandWaitingJobsDoNotUseUpTheStack() {
    Sinks.One<String> first = Sinks.one();
    job("n", "first", first.asMono()).subscribe();
    List<Integer> ended = new ArrayList<>();
    int jobs = 10_000;
    for (int i = 0; i < jobs; i++) {
      int number = i;
      lanes.run("n", () -> Mono.just(number)).subscribe(ended::add);
    }
    first.tryEmitValue("go").orThrow();

    assertThat(ended).hasSize(jobs).isSorted();
  }
}
