package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.ForwardingArtifactStore;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.NoFailureStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.task.TaskRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Effects begin, no turn waits for one, and what came of them is an input of a later turn. */
class PerformStageTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;
  private static final int EFFECTS_MAX = 512;

  private final List<List<DecisionRecord>> settled = new ArrayList<>();
  private final List<Integer> questions = new ArrayList<>();
  private final List<Input> results = new ArrayList<>();
  private Mono<Void> settling = Mono.empty();
  private Mono<String> putting = Mono.never();
  private int questionsThatFail;

  private final StageBench bench =
      new StageBench(List.of(RoleName.DECIDER, RoleName.WORKER), ports -> ports.withGate(gate()));

  private final PerformStage stage = new PerformStage(bench.context, effects(), bench.permits);

  @AfterEach
  void stop() {
    bench.close();
  }

  private EffectExecutor effects() {
    return new EffectExecutor(
        bench.context.gate(),
        bench.context.store(),
        new ForwardingArtifactStore(bench.swarm.artifacts) {
          @Override
          public Mono<String> put(byte[] content) {
            return putting;
          }
        },
        TaskRegistry.of(MemorySwarm.builtIn()),
        () -> bench.swarm.policy,
        bench.swarm.time,
        bench.time,
        bench.time,
        new NoFailureStore());
  }

  private DecisionGate gate() {
    return new DecisionGate() {
      @Override
      public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
        questions.add(candidates.size());
        return questionsThatFail-- > 0
            ? Mono.error(new IllegalStateException("defect of the gate"))
            : Mono.just(candidates.stream().<GateAnswer>map(GateAnswer.Admitted::new).toList());
      }

      @Override
      public Mono<Void> settle(List<DecisionRecord> fromSlots) {
        settled.add(fromSlots);
        return settling;
      }
    };
  }

  private void listen() {
    stage.results().subscribe(results::add);
  }

  private Effect.AskGate ask() {
    return new Effect.AskGate(bench.swarm.only("decider"), PLAYED.propose.id(), 2, 0);
  }

  private Effect.RunTask run() {
    return new Effect.RunTask(
        bench.swarm.only("worker"),
        PLAYED.claim.id(),
        PLAYED.taskId(),
        1,
        1,
        Objects.requireNonNull(PLAYED.view(PLAYED.need, PLAYED.propose, PLAYED.decide).plan())
            .task(PLAYED.taskId())
            .orElseThrow()
            .spec(),
        List.of());
  }

  private Turn turnWith(Effect... effects) {
    Turn turn = bench.turnOf(PLAYED.need);
    StageBench.only(turn).outputs.effects.addAll(List.of(effects));
    return turn;
  }

  private static EffectResult resultOf(Input input) {
    return ((Input.Result) input).result();
  }

  @Test
  void aTurnDoesNotWaitForItsEffectsWhoseResultsComeLater() {
    listen();
    Turn turn = turnWith(run());
    assertThat(bench.pass(stage, turn)).isSameAs(turn);
    NeedState state = StageBench.only(turn).state;
    assertThat(state.hasEffects()).isTrue();
    assertThat(results).isEmpty();
  }

  @Test
  void theResultOfATaskIsAnInputForItsNeed() {
    listen();
    putting = Mono.just("address");
    bench.pass(stage, turnWith(run()));
    assertThat(results)
        .singleElement()
        .isEqualTo(
            new Input.Result(
                bench.partition.number(),
                PLAYED.need.need(),
                PlayedNeed.THREAD,
                run(),
                new EffectResult.TaskDone(run(), "address")));
  }

  @Test
  void whatRunsIsStoppedOnceTheNeedHasEnded() {
    listen();
    int[] stopped = {0};
    putting = Mono.<String>never().doOnCancel(() -> stopped[0]++);
    Turn turn = turnWith(run());
    bench.pass(stage, turn);
    NeedTurn need = StageBench.only(turn);
    assertThat(stopped).containsExactly(0);

    need.outputs.effects.clear();
    need.state.show(PlayedNeed.message(PLAYED.end, 0));
    bench.pass(stage, turn);
    assertThat(stopped).containsExactly(1);
    assertThat(need.state.hasEffects()).isFalse();
    assertThat(results).isEmpty();
    assertThat(bench.permits.usage().running()).isZero();
  }

  @Test
  void anOutageIsTriedAgainUntilTheTaskIsDone() {
    listen();
    int[] fails = {2};
    putting =
        Mono.defer(
            () ->
                fails[0]-- > 0
                    ? Mono.error(new RetryableException("put", new IOException("away")))
                    : Mono.just("address"));
    bench.pass(stage, turnWith(run()));
    assertThat(results).isEmpty();
    bench.time.advanceTimeBy(Duration.ofMillis(100 + 200));
    assertThat(results).hasSize(1);
    assertThat(bench.swarm.failures).hasSize(2);
    assertThat(bench.swarm.failuresAbout)
        .hasSize(2)
        .containsOnly(new FailureLog.About(PLAYED.need.need(), PlayedNeed.THREAD));
  }

  @Test
  void theGateIsAskedOnceForAllNeedsThatAskIt() {
    listen();
    Turn turn = bench.turnOf(PLAYED.need, PlayedNeed.anotherNeed(PlayedNeed.THREAD, "2"));
    turn.needs().forEach(need -> need.outputs.effects.add(ask()));
    bench.pass(stage, turn);
    assertThat(questions).containsExactly(2);
    assertThat(results)
        .extracting(PerformStageTest::resultOf)
        .hasSize(2)
        .allSatisfy(one -> assertThat(one).isInstanceOf(EffectResult.GateOpen.class));
    assertThat(results)
        .extracting(input -> ((Input.Result) input).needId())
        .containsExactlyElementsOf(turn.needs().stream().map(need -> need.state.needId()).toList());
  }

  @Test
  void aGateThatIsBrokenIsPassedBy() {
    listen();
    questionsThatFail = 1;
    bench.pass(stage, turnWith(ask()));
    assertThat(resultOf(results.get(0))).isInstanceOf(EffectResult.GateOpen.class);
  }

  @Test
  void drainedWaitsForEveryEffect() {
    listen();
    StepVerifier.create(stage.drained()).expectComplete().verify(StageBench.TIMEOUT);
    Sinks.One<String> address = Sinks.one();
    putting = address.asMono();
    bench.pass(stage, turnWith(run()));
    StepVerifier.create(stage.drained())
        .expectSubscription()
        .then(() -> assertThat(results).isEmpty())
        .then(() -> address.tryEmitValue("address"))
        .expectComplete()
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void itIsCrowdedWhenMoreRunAndWaitThanAreAllowed() {
    listen();
    Sinks.One<String> address = Sinks.one();
    putting = address.asMono();
    for (int i = 0; i < EFFECTS_MAX; i++) {
      bench.pass(stage, turnWith(run()));
    }
    assertThat(stage.isCrowded()).isFalse();
    bench.pass(stage, turnWith(run()));
    assertThat(stage.isCrowded()).isTrue();
    address.tryEmitValue("address");
    assertThat(stage.isCrowded()).isFalse();
    assertThat(results).hasSize(EFFECTS_MAX + 1);
  }

  @Test
  void leaveIsAskedForAGrantAndComesWithItsPermit() {
    listen();
    Turn turn = bench.turnOf(PLAYED.need, PLAYED.propose, PLAYED.decide);
    NeedTurn need = StageBench.only(turn);
    need.outputs.grants.add(PLAYED.claimSlot());
    bench.pass(stage, turn);
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            Input.Leave.class,
            leave -> {
              assertThat(leave.slot()).isEqualTo(PLAYED.claimSlot());
              assertThat(leave.needId()).isEqualTo(PLAYED.need.need());
            });
  }

  @Test
  void aPermitOfWhichNothingCameIsGivenBack() {
    listen();
    Turn turn = bench.turnOf(PLAYED.need);
    NeedTurn need = StageBench.only(turn);
    TaskPermits one = new TaskPermits(1);
    need.permits.put(PLAYED.claimSlot(), Objects.requireNonNull(one.tryClaim("text.wordcount")));
    bench.pass(stage, turn);
    assertThat(need.permits).isEmpty();
    assertThat(one.tryClaim("text.wordcount")).isNotNull();
  }

  private Turn decidedAfter(EffectResult answer, Envelope decide) {
    Turn turn = bench.turnOf(PLAYED.need);
    NeedTurn need = StageBench.only(turn);
    need.state.show(PlayedNeed.message(decide, 0));
    need.inputs.add(
        new Input.Result(
            bench.partition.number(), PLAYED.need.need(), PlayedNeed.THREAD, ask(), answer));
    return turn;
  }

  @Test
  void theGateIsSetToWhatTheSlotHoldsWhereItHoldsSomethingElse() {
    Turn turn =
        decidedAfter(
            new EffectResult.GateHeld(ask(), new EnvelopeId("another proposal"), 3), PLAYED.decide);
    bench.pass(stage, turn);
    assertThat(settled)
        .singleElement()
        .satisfies(
            records ->
                assertThat(records)
                    .singleElement()
                    .satisfies(
                        record -> {
                          assertThat(record.needId()).isEqualTo(PLAYED.need.need());
                          assertThat(record.proposalId()).isEqualTo(PLAYED.propose.id());
                        }));
  }

  @Test
  void aGateThatHoldsWhatTheSlotHoldsIsLeftAlone() {
    bench.pass(
        stage,
        decidedAfter(new EffectResult.GateOpen(ask(), PLAYED.propose.id(), 1), PLAYED.decide));
    assertThat(settled).isEmpty();
  }

  @Test
  void aGateThatIsSlowOrBrokenWhenItIsSetHoldsNoTurnUpForLong() {
    settling = Mono.error(new IllegalStateException("broken"));
    EffectResult held = new EffectResult.GateHeld(ask(), new EnvelopeId("another proposal"), 3);
    bench.pass(stage, decidedAfter(held, PLAYED.decide));

    settling = Mono.never();
    Turn turn = decidedAfter(held, PLAYED.decide);
    StepVerifier.withVirtualTime(
            () -> stage.apply(Flux.just(turn)), () -> bench.time, Long.MAX_VALUE)
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(bench.swarm.policy.gateMillis()))
        .expectNext(turn)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void aDefectIsNotedAndTheTaskCountsAsFailed() {
    listen();
    putting = Mono.error(new RefusedException(Reason.TOO_LARGE, "defect"));
    bench.pass(stage, turnWith(run()));
    assertThat(resultOf(results.get(0))).isInstanceOf(EffectResult.TaskFailed.class);
    assertThat(bench.swarm.failures).hasSize(1);
    assertThat(bench.swarm.failuresAbout)
        .containsExactly(new FailureLog.About(PLAYED.need.need(), PlayedNeed.THREAD));
  }
}
