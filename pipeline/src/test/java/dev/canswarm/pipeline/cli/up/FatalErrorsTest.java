package dev.canswarm.pipeline.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class FatalErrorsTest {
  private final BlockingQueue<Throwable> ended = new LinkedBlockingQueue<>();

  @BeforeEach
  void watch() {
    FatalErrors.watch(ended::add);
  }

  @AfterEach
  void unwatch() {
    FatalErrors.unwatch();
  }

  private @Nullable Throwable next() throws InterruptedException {
    return ended.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void whatReactorsWorkersSwallowEndsTheProcess() throws Exception {
    Scheduler single = Schedulers.newSingle("fatal");
    Error memory = new OutOfMemoryError("test");
    single.schedule(
        () -> {
          throw memory;
        });
    assertThat(next()).isSameAs(memory);
    single.dispose();
  }

  @Test
  void whatEndsAnyOtherThreadEndsTheProcess() throws Exception {
    Error internal = new InternalError("test");
    Thread thread =
        new Thread(
            () -> {
              throw internal;
            });
    thread.start();
    assertThat(next()).isSameAs(internal);
  }

  @Test
  void otherErrorsDoNot() throws Exception {
    Scheduler single = Schedulers.newSingle("not-fatal");
    single.schedule(
        () -> {
          throw new StackOverflowError("test");
        });
    single.schedule(
        () -> {
          throw new IllegalStateException("test");
        });
    Error last = new OutOfMemoryError("last");
    single.schedule(
        () -> {
          throw last;
        });
    assertThat(next()).isSameAs(last);
    assertThat(ended).isEmpty();
    single.dispose();
  }
}
