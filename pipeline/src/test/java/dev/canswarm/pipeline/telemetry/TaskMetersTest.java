package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonString;
import dev.canswarm.pipeline.tasks.TaskThreads;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

@Timeout(60)
class TaskMetersTest {
  private static final long SOON_SECONDS = 10;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TaskThreads threads = new TaskThreads(2, 2, report -> {});
  private final TaskMeters meters = new TaskMeters(registry, () -> 0, threads::hung);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    threads.close();
  }

  /** Code that goes on whatever interrupts it. */
  private final class Stubborn implements TaskHandler {
    @Override
    public String type() {
      return "stubborn";
    }

    @Override
    public byte[] run(TaskInput input) {
      begun.countDown();
      while (true) {
        try {
          release.await();
          return new byte[0];
        } catch (InterruptedException again) {
          // As a plug-in does that swallows it.
        }
      }
    }
  }

  private record Other() implements TaskHandler {
    @Override
    public String type() {
      return "other";
    }

    @Override
    public byte[] run(TaskInput input) {
      return new byte[0];
    }
  }

  private int hung(String type) {
    return (int) registry.get("swarm.tasks.hung").tag(MeterNames.TYPE, type).gauge().value();
  }

  @Test
  void aHungThreadCountsForTheTypeWhoseCodeItRunsUntilThatEnds() throws Exception {
    TaskHandler stubborn = meters.metered(new Stubborn());
    TaskHandler other = meters.metered(new Other());
    TaskInput input = new TaskInput(new JsonString("x"), List.of());
    other.run(input);
    Disposable run =
        Mono.fromCallable(() -> stubborn.run(input)).subscribeOn(threads.scheduler()).subscribe();
    assertThat(begun.await(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(hung("stubborn")).isZero();

    run.dispose();
    assertThat(hung("stubborn")).isEqualTo(1);
    assertThat(hung("other")).isZero();

    release.countDown();
    Mono.fromSupplier(() -> hung("stubborn"))
        .repeat()
        .takeUntil(hung -> hung == 0)
        .blockLast(Duration.ofSeconds(SOON_SECONDS));
  }
}
