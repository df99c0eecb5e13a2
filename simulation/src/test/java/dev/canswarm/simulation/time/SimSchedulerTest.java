package dev.canswarm.simulation.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

class SimSchedulerTest {
  private final EventLoop loop = new EventLoop(new SeededRandom(1));
  private final Incarnation incarnation = new Incarnation(loop);
  private final SimScheduler scheduler = new SimScheduler(loop, incarnation);
  private final List<Object> seen = new ArrayList<>();

  private void runAll() {
    while (loop.step()) {
      assertThat(loop.ran()).isLessThan(10_000);
    }
  }

  @Test
  void aWorkerKeepsTheOrderInWhichItIsGivenWork() {
    Scheduler.Worker worker = scheduler.createWorker();
    for (int i = 0; i < 50; i++) {
      int number = i;
      worker.schedule(() -> seen.add(number));
    }
    runAll();
    assertThat(seen).hasSize(50).isSorted();
  }

  @Test
  void theSeedDrawsTheOrderOfWhatHappensAtOneTime() {
    for (int i = 0; i < 50; i++) {
      int number = i;
      scheduler.schedule(() -> seen.add(number));
    }
    runAll();
    List<Object> first = List.copyOf(seen);
    assertThat(first).hasSize(50);
    seen.clear();
    EventLoop again = new EventLoop(new SeededRandom(1));
    for (int i = 0; i < 50; i++) {
      int number = i;
      again.now(() -> seen.add(number));
    }
    while (again.step()) {
      assertThat(again.nowNanos()).isZero();
    }
    assertThat(seen).isEqualTo(first);
    assertThat(first).isNotEqualTo(first.stream().sorted().toList());
  }

  @Test
  void timeIsVirtual() {
    Flux.interval(Duration.ofHours(1), scheduler)
        .take(3)
        .subscribe(tick -> seen.add(loop.nowMillis()));
    runAll();
    assertThat(seen).containsExactly(3_600_000L, 7_200_000L, 10_800_000L);
  }

  @Test
  void nothingOfADeadProcessRuns() {
    scheduler.schedule(() -> seen.add("never"), 1, TimeUnit.SECONDS);
    incarnation.end();
    scheduler.schedule(() -> seen.add("never"));
    runAll();
    assertThat(seen).isEmpty();
  }

  @Test
  void whatAProcessWouldHaveDoneWhileItStoodStillItDoesThenInOrder() {
    incarnation.pause();
    scheduler.schedule(() -> seen.add("first"), 1, TimeUnit.SECONDS);
    scheduler.schedule(() -> seen.add("second"), 2, TimeUnit.SECONDS);
    loop.afterMillis(5_000, incarnation::resume);
    scheduler.schedule(() -> seen.add("third at " + loop.nowMillis()), 6, TimeUnit.SECONDS);
    runAll();
    assertThat(seen).containsExactly("first", "second", "third at 6000");
  }

  @Test
  void whatIsDisposedOfDoesNotRun() {
    scheduler.schedule(() -> seen.add("no")).dispose();
    scheduler.schedulePeriodically(() -> seen.add("no"), 1, 1, TimeUnit.SECONDS).dispose();
    Scheduler.Worker worker = scheduler.createWorker();
    worker.schedule(() -> seen.add("no"));
    worker.dispose();
    runAll();
    assertThat(seen).isEmpty();
  }
}
