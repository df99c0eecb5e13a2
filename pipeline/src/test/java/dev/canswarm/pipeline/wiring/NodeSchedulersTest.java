package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class NodeSchedulersTest {
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private static <T> T on(Scheduler scheduler, Callable<T> task) {
    return Mono.fromCallable(task).subscribeOn(scheduler).blockOptional(WAIT_MAX).orElseThrow();
  }

  private static boolean mayBlock(Scheduler scheduler) {
    return on(scheduler, () -> !Schedulers.isInNonBlockingThread());
  }

  @Test
  void onlyFilesTheAuditLogAndTaskCodeMayBlockUnlessSigningDoes() {
    try (NodeSchedulers schedulers = NodeSchedulers.create(1, false)) {
      assertThat(mayBlock(schedulers.compute())).isFalse();
      assertThat(mayBlock(schedulers.timer())).isFalse();
      assertThat(mayBlock(schedulers.files())).isTrue();
      assertThat(mayBlock(schedulers.audit())).isTrue();
      assertThat(mayBlock(schedulers.tasks())).isTrue();
    }
    try (NodeSchedulers schedulers = NodeSchedulers.create(1, true)) {
      assertThat(mayBlock(schedulers.compute())).as("a key is kept elsewhere").isTrue();
      assertThat(mayBlock(schedulers.timer())).isFalse();
    }
  }

  @Test
  void threadsAreNamedForTheirPurpose() {
    try (NodeSchedulers schedulers = NodeSchedulers.create(1, false)) {
      assertThat(on(schedulers.compute(), () -> Thread.currentThread().getName()))
          .startsWith("compute");
      assertThat(on(schedulers.audit(), () -> Thread.currentThread().getName()))
          .startsWith("audit");
    }
  }

  @Test
  void closingEndsAllOfThem() {
    NodeSchedulers schedulers = NodeSchedulers.create(1, false);
    schedulers.close();
    assertThat(schedulers.compute().isDisposed()).isTrue();
    assertThat(schedulers.timer().isDisposed()).isTrue();
    assertThat(schedulers.files().isDisposed()).isTrue();
    assertThat(schedulers.audit().isDisposed()).isTrue();
  }
}
