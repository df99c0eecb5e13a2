package dev.canswarm.pipeline.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@Timeout(60)
class TaskThreadsTest {
  private static final int RUNNING_MAX = 2;
  private static final int HUNG_MAX = 3;
  private static final Duration SOON = Duration.ofSeconds(10);

  private final List<String> reports = Collections.synchronizedList(new ArrayList<>());
  private final TaskThreads threads = new TaskThreads(RUNNING_MAX, HUNG_MAX, reports::add);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void releaseAll() {
    release.countDown();
    threads.close();
  }

  /** Code that ignores interrupts. */
  private void ignoreInterrupts() {
    while (true) {
      try {
        release.await();
        return;
      } catch (InterruptedException again) {
        // As a plug-in does that swallows it.
      }
    }
  }

  private void hang(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      CountDownLatch begun = new CountDownLatch(1);
      Disposable run =
          Mono.fromRunnable(
                  () -> {
                    begun.countDown();
                    ignoreInterrupts();
                  })
              .subscribeOn(threads.scheduler())
              .subscribe();
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      run.dispose();
    }
  }

  private Mono<String> task() {
    return Mono.fromCallable(() -> "done").subscribeOn(threads.scheduler());
  }

  @Test
  void aHungThreadIsReplacedAndHoldsNoOtherTaskUp() throws Exception {
    hang(HUNG_MAX);
    assertThat(threads.hung()).hasSize(HUNG_MAX);
    for (int i = 0; i < 20; i++) {
      StepVerifier.create(task()).expectNext("done").expectComplete().verify(SOON);
    }
  }

  @Test
  void hungThreadsAreBounded() throws Exception {
    hang(RUNNING_MAX + HUNG_MAX);
    StepVerifier.create(task()).expectError(RejectedExecutionException.class).verify(SOON);
  }

  @Test
  void aThreadThatHangsIsReportedOnceWithTheCodeThatItRuns() throws Exception {
    hang(1);
    threads.check();
    assertThat(reports).isEmpty();
    threads.check();
    threads.check();
    assertThat(reports)
        .singleElement()
        .asString()
        .contains("keeps thread tasks-", "TaskThreadsTest.ignoreInterrupts", "1 of 3 hung");
  }

  @Test
  void codeThatEndsWhenItIsInterruptedIsNotHung() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Disposable run =
        Mono.fromRunnable(
                () -> {
                  begun.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    ended.countDown();
                  }
                })
            .subscribeOn(threads.scheduler())
            .subscribe();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    run.dispose();
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    Mono.fromSupplier(threads::hung).repeat().takeUntil(List::isEmpty).blockLast(SOON);
    threads.check();
    threads.check();
    assertThat(reports).isEmpty();
  }

  @Test
  void aThreadWhoseHungCodeHasEndedServesAgain() throws Exception {
    hang(RUNNING_MAX + HUNG_MAX);
    release.countDown();
    Mono.fromSupplier(threads::hung).repeat().takeUntil(List::isEmpty).blockLast(SOON);
    StepVerifier.create(task().retry()).expectNext("done").expectComplete().verify(SOON);
  }
}
