package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** All NEEDs of a turn are computed, each on its own, and the gate is asked for all of them. */
class ReactStageTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;
  private static final Duration GATE_WAIT = Duration.ofMillis(100);
  private static final Duration GATE_PAUSE = Duration.ofSeconds(1);

  private final List<Integer> questions = new ArrayList<>();
  private Mono<List<GateAnswer>> answers = Mono.never();
  private StageBench bench = bench(RoleName.DECIDER);

  @AfterEach
  void stop() {
    bench.close();
  }

  private StageBench bench(RoleName role) {
    return new StageBench(List.of(role), ports -> ports.withGate(gate()));
  }

  private DecisionGate gate() {
    return new DecisionGate() {
      @Override
      public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
        questions.add(candidates.size());
        return answers.switchIfEmpty(
            Mono.just(candidates.stream().<GateAnswer>map(GateAnswer.Admitted::new).toList()));
      }

      @Override
      public Mono<Void> settle(List<DecisionRecord> fromSlots) {
        return Mono.empty();
      }
    };
  }

  private ReactStage stage(int concurrency) {
    return new ReactStage(bench.context, bench.reactions, bench.effects, concurrency);
  }

  private Turn proposed() {
    Turn turn = bench.turnOf(PLAYED.need, PLAYED.propose);
    StageBench.only(turn).state.read();
    return turn;
  }

  private static List<String> kinds(NeedTurn need) {
    return need.outputs.rows.stream().map(row -> row.row().kind()).toList();
  }

  @Test
  void whatTheGateAnswersInTimeIsPartOfTheTurn() {
    answers = Mono.empty();
    Turn turn = bench.pass(stage(1), proposed());
    assertThat(kinds(StageBench.only(turn))).containsExactly("NEED", "PROPOSE", "DECIDE");
    assertThat(questions).containsExactly(1);
  }

  @Test
  void aGateThatIsSilentIsWaitedForSoLongAndNoLonger() {
    Turn turn = proposed();
    StepVerifier.withVirtualTime(
            () -> stage(1).apply(Flux.just(turn)), () -> bench.time, Long.MAX_VALUE)
        .expectSubscription()
        .expectNoEvent(GATE_WAIT)
        .expectNext(turn)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    NeedTurn need = StageBench.only(turn);
    assertThat(kinds(need)).containsExactly("NEED", "PROPOSE");
    assertThat(need.gateQuestion()).as("to be asked again").isNotNull();
  }

  @Test
  void afterASilentGateTheNextTurnsDoNotWaitUntilThePauseIsOver() {
    ReactStage stage = stage(1);
    List<Turn> passed = new ArrayList<>();
    stage.apply(Flux.just(proposed())).subscribe(passed::add);
    bench.time.advanceTimeBy(GATE_WAIT);
    assertThat(passed).hasSize(1);
    stage.apply(Flux.just(proposed())).subscribe(passed::add);
    assertThat(passed).hasSize(2);
    assertThat(questions).hasSize(1);

    bench.time.advanceTimeBy(GATE_PAUSE);
    stage.apply(Flux.just(proposed())).subscribe(passed::add);
    assertThat(passed).as("waits for the gate again").hasSize(2);
    assertThat(questions).hasSize(2);
  }

  @Test
  void aTurnInWhichNobodyAsksDoesNotWaitForTheGate() {
    bench.pass(stage(1), bench.turnOf(PLAYED.need));
    assertThat(questions).isEmpty();
  }

  @Test
  void theGateIsAskedOnceForAllNeedsOfATurn() {
    answers = Mono.empty();
    Turn turn = bench.turn();
    for (int i = 0; i < 3; i++) {
      Envelope need = PlayedNeed.anotherNeed(PlayedNeed.THREAD, "need-" + i);
      turn.add(new NeedId(need.id()), PlayedNeed.THREAD, bench.arrival(need));
      plan(need)
          .forEach(plan -> turn.add(new NeedId(need.id()), PlayedNeed.THREAD, bench.arrival(plan)));
    }
    bench.pass(stage(1), turn);
    assertThat(questions).containsExactly(3);
    assertThat(turn.needs()).allSatisfy(need -> assertThat(kinds(need)).contains("DECIDE"));
  }

  /** What a planner says of a NEED. */
  private static List<Envelope> plan(Envelope need) {
    StageBench planner = new StageBench(RoleName.PLANNER);
    NeedTurn turn = StageBench.only(planner.turnOf(need));
    planner.reactions.tryReact(turn);
    planner.close();
    return turn.outputs.sends;
  }

  @Test
  void theStateBeforeTheTurnIsKept() {
    answers = Mono.empty();
    NeedTurn need = StageBench.only(bench.pass(stage(1), proposed()));
    assertThat(need.state.full().decision()).isNotNull();
    need.state.restore(Objects.requireNonNull(need.before));
    assertThat(need.state.full().stored()).isEmpty();
  }

  @Test
  void aNeedThatCannotBeComputedIsHeldBackAndTheOthersGoOn() {
    bench.close();
    bench = bench(RoleName.PLANNER);
    Turn turn = bench.turnOf(PLAYED.need);
    turn.add(
        new NeedId("broken"),
        PlayedNeed.THREAD,
        StageBench.arrival(
            bench.delivery("swarm.propose", null, null),
            new Decoded.Valid(PLAYED.propose, PlayedNeed.message(PLAYED.need, 0).payload())));
    // Its parent is stored, so its payload is parsed.
    turn.needs().get(1).state.show(PlayedNeed.message(PLAYED.need, 0));
    bench.pass(stage(1), turn);
    assertThat(turn.needs())
        .singleElement()
        .satisfies(need -> assertThat(kinds(need)).containsExactly("NEED", "PROPOSE"));
    assertThat(bench.swarm.failures).singleElement().isInstanceOf(RuntimeException.class);
    assertThat(bench.swarm.failuresAbout)
        .containsExactly(new FailureLog.About(new NeedId("broken"), PlayedNeed.THREAD));
  }

  @Test
  void manyNeedsAreSharedOutAmongTheCoresAndEachIsComputedOnce() {
    bench.close();
    bench = bench(RoleName.PLANNER);
    Scheduler cores = Schedulers.newParallel("react-test", 3);
    StageContext context = onCores(cores);
    Turn turn =
        bench.turnOf(
            IntStream.range(0, 100)
                .mapToObj(i -> PlayedNeed.anotherNeed(PlayedNeed.THREAD, "need-" + i))
                .toArray(Envelope[]::new));
    ReactStage stage =
        new ReactStage(context, new Reactions(context, bench.permits), bench.effects, 3);
    StepVerifier.create(stage.apply(Flux.just(turn)))
        .expectNext(turn)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    cores.dispose();
    assertThat(turn.needs())
        .hasSize(100)
        .allSatisfy(need -> assertThat(kinds(need)).containsExactly("NEED", "PROPOSE"));
  }

  private StageContext onCores(Scheduler cores) {
    StageContext.Runtime runtime = bench.context.runtime();
    return new StageContext(
        bench.context.current(),
        bench.context.ports(),
        bench.context.written(),
        new StageContext.Runtime(
            runtime.time(), runtime.retryPolicy(), runtime.meter(), cores, runtime.timer()));
  }
}
