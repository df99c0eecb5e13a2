package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.policy.RoleName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** What every stage is to its neighbours: an operator that takes one turn after the other. */
class StageTest {
  private static final Duration SLOW = Duration.ofSeconds(1);

  private final StageBench bench = new StageBench(RoleName.PLANNER);
  private final List<String> meter = new ArrayList<>();

  @AfterEach
  void stop() {
    bench.close();
  }

  private StageContext metered() {
    StageContext.Runtime runtime = bench.context.runtime();
    return new StageContext(
        bench.context.current(),
        bench.context.ports(),
        bench.context.written(),
        new StageContext.Runtime(
            runtime.time(),
            runtime.retryPolicy(),
            (lane, stage, inputs, nanos) -> meter.add(stage.label() + " " + inputs + " " + nanos),
            runtime.scheduler(),
            runtime.timer()));
  }

  /** A turn takes as many seconds as it has inputs. */
  private final class Slow extends Stage {
    Slow() {
      super(StageName.PERFORM, metered());
    }

    @Override
    Mono<Turn> pass(Turn turn) {
      return Mono.delay(SLOW.multipliedBy(turn.inputs), bench.time).thenReturn(turn);
    }
  }

  private Turn turn(int inputs) {
    return new Turn(bench.lane, inputs, Map.of());
  }

  @Test
  void turnsLeaveInTheOrderInWhichTheyCameThoughALaterOneIsFaster() {
    Turn first = turn(3);
    Turn second = turn(1);
    StepVerifier.withVirtualTime(
            () -> new Slow().apply(Flux.just(first, second)), () -> bench.time, Long.MAX_VALUE)
        .expectSubscription()
        .expectNoEvent(SLOW.multipliedBy(3))
        .expectNext(first)
        .expectNoEvent(SLOW)
        .expectNext(second)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void oneTurnIsTakenAtATimeHoweverManyAreAskedFor() {
    TestPublisher<Turn> turns = TestPublisher.create();
    new Slow().apply(turns.flux()).subscribe();
    turns.next(turn(1));
    turns.assertMaxRequested(1);
    bench.time.advanceTimeBy(SLOW);
    turns.next(turn(1));
    turns.assertMaxRequested(1);
  }

  @Test
  void withoutDemandNothingIsTaken() {
    TestPublisher<Turn> turns = TestPublisher.create();
    StepVerifier.create(new Slow().apply(turns.flux()), 0)
        .expectSubscription()
        .then(turns::assertWasNotRequested)
        .thenRequest(1)
        .then(turns::assertWasRequested)
        .thenCancel()
        .verify(StageBench.TIMEOUT);
    turns.assertCancelled();
  }

  @Test
  void cancellingEndsTheTurnUnderWay() {
    TestPublisher<Turn> turns = TestPublisher.create();
    List<Turn> passed = new ArrayList<>();
    var running = new Slow().apply(turns.flux()).subscribe(passed::add);
    turns.next(turn(1));
    running.dispose();
    bench.time.advanceTimeBy(SLOW);
    turns.assertCancelled();
    assertThat(passed).isEmpty();
    assertThat(meter).isEmpty();
  }

  @Test
  void anErrorEndsTheChainAndNamesTheStage() {
    Stage failing =
        new Stage(StageName.STORE, metered()) {
          @Override
          Mono<Turn> pass(Turn turn) {
            return Mono.error(new IllegalStateException("defect"));
          }
        };
    StepVerifier.create(failing.apply(Flux.just(turn(1), turn(2))))
        .expectErrorSatisfies(
            error ->
                assertThat(error.getSuppressed())
                    .anySatisfy(trace -> assertThat(trace).hasMessageContaining("store")))
        .verify(StageBench.TIMEOUT);
    assertThat(meter).isEmpty();
  }

  @Test
  void itsMeterReceivesEachTurnWithItsBatchAndItsTime() {
    new Slow().apply(Flux.just(turn(2), turn(1))).subscribe();
    bench.time.advanceTimeBy(SLOW.multipliedBy(3));
    assertThat(meter).containsExactly("perform 2 2000000000", "perform 1 1000000000");
  }
}
