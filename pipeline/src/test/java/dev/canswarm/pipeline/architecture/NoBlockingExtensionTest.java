package dev.canswarm.pipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EchoEncoder;
import dev.canswarm.port.BusProbe;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The watch is on without a test asking for it, and it bites. */
class NoBlockingExtensionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void aBlockingCallIsRememberedAndFailsTheTestsOfItsClass() {
    assumeTrue(NoBlockingExtension.isOn());
    Scheduler parallel = Schedulers.newParallel("watched", 1, true);
    try {
      Mono<Integer> blocking =
          Mono.fromCallable(
                  () -> {
                    Thread.sleep(1);
                    return 1;
                  })
              .subscribeOn(parallel);
      assertThat(blocking.block(PATIENCE)).isEqualTo(1);
      assertThatThrownBy(NoBlockingExtension::failWhereAnyWasFound)
          .hasCauseInstanceOf(BlockingOperationError.class);
    } finally {
      parallel.dispose();
    }
    assertThat(NoBlockingExtension.takeFound()).isEmpty();
  }

  @Test
  void toWaitForAnotherThreadsLogLineIsNotReported() throws Exception {
    assumeTrue(NoBlockingExtension.isOn());
    SlowOutput output = new SlowOutput();
    OutputStreamAppender<String> appender = new OutputStreamAppender<>();
    appender.setContext(new ContextBase());
    EchoEncoder<String> encoder = new EchoEncoder<>();
    encoder.setContext(appender.getContext());
    appender.setEncoder(encoder);
    appender.setOutputStream(output);
    appender.start();
    Scheduler parallel = Schedulers.newParallel("logging", 1, true);
    Thread first = new Thread(() -> appender.doAppend("first"), "first to log");
    try {
      first.start();
      output.awaitWrite();
      CompletableFuture<Thread> logging = new CompletableFuture<>();
      Mono<Void> second =
          Mono.<Void>fromRunnable(
                  () -> {
                    logging.complete(Thread.currentThread());
                    appender.doAppend("second");
                  })
              .subscribeOn(parallel);
      CompletableFuture<Void> done = second.toFuture();
      Thread waiting = logging.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      BusProbe.await("it waits", () -> waiting.getState() == Thread.State.WAITING);
      output.goOn();
      done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } finally {
      output.goOn();
      first.join(PATIENCE.toMillis());
      parallel.dispose();
    }
    assertThat(NoBlockingExtension.takeFound()).isEmpty();
  }

  /** Blocks all writes until it is released. */
  private static final class SlowOutput extends OutputStream {
    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    @Override
    public void write(int one) {
      writing.countDown();
      try {
        free.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void awaitWrite() throws InterruptedException {
      assertThat(writing.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    void goOn() {
      free.countDown();
    }
  }
}
