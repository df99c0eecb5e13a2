package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonString;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskMetersTest {
  private static final long SOON_SECONDS = 10;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Thread> interrupted = new CopyOnWriteArrayList<>();
  private final TaskMeters meters = new TaskMeters(registry, () -> 0, () -> interrupted);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    release.countDown();
    threads.shutdownNow();
  }

  private final class Waiting implements TaskHandler {
    private Thread runs = Thread.currentThread();

    @Override
    public String type() {
      return "waiting";
    }

    @Override
    public byte[] run(TaskInput input) throws InterruptedException {
      runs = Thread.currentThread();
      begun.countDown();
      release.await();
      return new byte[0];
    }
  }

  private record Quick() implements TaskHandler {
    @Override
    public String type() {
      return "quick";
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
    Waiting waiting = new Waiting();
    TaskHandler metered = meters.metered(waiting);
    TaskHandler quick = meters.metered(new Quick());
    TaskInput input = new TaskInput(new JsonString("x"), List.of());
    Future<byte[]> run = threads.submit(() -> metered.run(input));
    assertThat(begun.await(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(hung("waiting")).isZero();

    interrupted.add(waiting.runs);
    quick.run(input);
    assertThat(hung("waiting")).isEqualTo(1);
    assertThat(hung("quick")).isZero();

    release.countDown();
    run.get(SOON_SECONDS, TimeUnit.SECONDS);
    assertThat(hung("waiting")).isZero();
  }
}
