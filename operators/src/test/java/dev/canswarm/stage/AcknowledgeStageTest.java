package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Effect;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When records are acknowledged, and what the lane does next. */
class AcknowledgeStageTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final StageBench bench = new StageBench(RoleName.PLANNER, RoleName.GATEWAY);
  private final PerformStage perform =
      new PerformStage(bench.context, bench.effects, bench.permits);
  private final AcknowledgeStage stage = new AcknowledgeStage(bench.context, bench.gate, perform);
  private final List<Turn> later = new ArrayList<>();

  @BeforeEach
  void listen() {
    bench.lane.turns().subscribe(later::add);
  }

  @AfterEach
  void stop() {
    bench.close();
  }

  private Effect.AskGate ask() {
    return new Effect.AskGate(bench.swarm.only("decider"), PLAYED.propose.id(), 2, 0);
  }

  @Test
  void everythingThatIsStoredAndSentIsAcknowledged() {
    Turn turn = bench.turnOf(PLAYED.need, PLAYED.propose);
    turn.stateless.add(
        StatelessRecords.of(bench.arrival(PLAYED.commit), Candidate.UNPINNED, bench.context));
    bench.pass(stage, turn);
    assertThat(bench.acknowledged).containsExactlyInAnyOrder(0L, 1L, 2L);
  }

  @Test
  void whatWasHeldBackIsNotAcknowledged() {
    Turn turn = bench.turnOf(PLAYED.need);
    Turn.Stateless record =
        StatelessRecords.of(bench.arrival(PLAYED.commit), Candidate.UNPINNED, bench.context);
    turn.stateless.add(record);
    turn.holdBack(StageBench.only(turn), new IOException("content"));
    turn.holdBack(record, new IOException("content"));
    bench.pass(stage, turn);
    assertThat(bench.acknowledged).isEmpty();
  }

  @Test
  void aRecordWaitsForTheEffectThatItLedTo() {
    Turn turn = bench.turnOf(PLAYED.need);
    NeedState state = StageBench.only(turn).state;
    state.begun(ask());
    bench.pass(stage, turn);
    assertThat(bench.acknowledged).isEmpty();

    state.ended(ask());
    bench.pass(stage, bench.turnOf(PLAYED.propose));
    assertThat(bench.acknowledged).containsExactly(0L, 1L);
  }

  @Test
  void aRecordDoesNotWaitForAnEffectForEver() {
    Turn turn = bench.turnOf(PLAYED.need);
    StageBench.only(turn).state.begun(ask());
    bench.pass(stage, turn);
    long longest = bench.swarm.policy.gateMillis() + 3_000;
    bench.time.advanceTimeBy(Duration.ofMillis(longest - 1));
    bench.pass(stage, bench.turn());
    assertThat(bench.acknowledged).isEmpty();
    bench.time.advanceTimeBy(Duration.ofMillis(1));
    bench.pass(stage, bench.turn());
    assertThat(bench.acknowledged).containsExactly(0L);
  }

  @Test
  void theLaneIsFreeForItsNextTurn() {
    bench.partition.offer(new Input.Due(bench.timer(PLAYED.need, 0)));
    assertThat(later).hasSize(1);
    bench.partition.offer(bench.arrival(PLAYED.propose));
    assertThat(later).hasSize(1);
    bench.pass(stage, later.get(0));
    assertThat(later).hasSize(2);
  }

  @Test
  void aNeedThatIsOverIsClosedByTheNextTurn() {
    Turn turn = bench.turnOf(PLAYED.need);
    NeedTurn need = StageBench.only(turn);
    need.state.show(PlayedNeed.message(PLAYED.end, 0));
    need.outputs.over = true;
    bench.pass(stage, turn);
    assertThat(later.get(0).closings)
        .hasEntrySatisfying(
            PLAYED.need.need(), closing -> assertThat(closing.isAbandoned()).isFalse());
  }

  @Test
  void aNeedThatNeverCameIsAbandonedByTheNextTurn() {
    Turn turn =
        bench.turn(
            new Input.Due(
                new OpenNeed(
                    new NeedId("need"), new ThreadId("t"), null, bench.partition.number(), 0, 0)));
    StageBench.only(turn).outputs.over = true;
    bench.pass(stage, turn);
    assertThat(later.get(0).closings.get(new NeedId("need")))
        .isNotNull()
        .satisfies(closing -> assertThat(closing.isAbandoned()).isTrue());
  }

  @Test
  void aNeedWhoseSlotAnotherOneFillsIsClosed() {
    Turn turn = bench.turn(new Input.Due(bench.timer(PLAYED.need, 0)));
    bench.pass(stage, turn);
    assertThat(later.get(0).closings).containsOnlyKeys(PLAYED.need.need());
  }

  private Turn recheckTurn(Input input) {
    Turn turn = bench.turn(input);
    StageBench.only(turn).state.show(PlayedNeed.message(PLAYED.need, 0));
    return turn;
  }

  private Input nextInput() {
    return StageBench.only(later.get(later.size() - 1)).inputs.get(0);
  }

  @Test
  void aWakeIsFollowedByTheAllowedNumberOfChecks() {
    OpenNeed timer = bench.timer(PLAYED.need, 0);
    bench.pass(stage, recheckTurn(new Input.Due(timer)));
    assertThat(nextInput()).isEqualTo(new Input.Recheck(timer, 7));

    Turn busy = recheckTurn(new Input.Recheck(timer, 7));
    StageBench.only(busy).outputs.sends.add(PLAYED.need);
    bench.pass(stage, busy);
    assertThat(nextInput()).isEqualTo(new Input.Recheck(timer, 6));
  }

  @Test
  void aLookThatFindsNothingOrIsTheLastEndsTheWake() {
    OpenNeed timer = bench.timer(PLAYED.need, 0);
    bench.partition.offer(new Input.Due(timer));
    Turn first = later.get(0);
    StageBench.only(first).state.show(PlayedNeed.message(PLAYED.need, 0));
    bench.pass(stage, first);
    assertThat(later).hasSize(2);
    bench.partition.offer(new Input.Due(timer));
    assertThat(bench.lane.waiting()).as("a timer that is being looked at").isZero();

    Turn recheck = later.get(1);
    bench.pass(stage, recheck);
    assertThat(later).as("nothing was left to do").hasSize(2);
    bench.partition.offer(new Input.Due(timer));
    assertThat(later).as("the next sweep finds it again").hasSize(3);

    Turn last = recheckTurn(new Input.Recheck(timer, 0));
    StageBench.only(last).outputs.sends.add(PLAYED.need);
    bench.pass(stage, last);
    assertThat(later).hasSize(3);
  }

  @Test
  void theNextLookWaitsForTheEffectsOfThisOne() {
    OpenNeed timer = bench.timer(PLAYED.need, 0);
    Turn wake = recheckTurn(new Input.Due(timer));
    StageBench.only(wake).state.begun(ask());
    bench.pass(stage, wake);
    assertThat(later).isEmpty();
    StageBench.only(wake).state.ended(ask());
    bench.pass(stage, bench.turnOf(PLAYED.need));
    assertThat(nextInput()).isEqualTo(new Input.Recheck(timer, 7));
  }

  @Test
  void whoWasHeardOfIsNotJudgedForAWhile() {
    Turn turn = bench.turnOf(PLAYED.need, PLAYED.propose);
    NeedState state = StageBench.only(turn).state;
    state.show(PlayedNeed.message(PLAYED.need, 0));
    state.show(PlayedNeed.message(PLAYED.propose, 0));
    bench.pass(stage, turn);
    assertThat(bench.partition.judged().holdsBack(Timer.NO_PLAN, 0, 10_000, 1)).isTrue();
  }

  @Test
  void openNeedsCountAndTheEndOfOneTakesItBack() {
    Turn turn = bench.turnOf(PLAYED.need);
    NeedState state = StageBench.only(turn).state;
    state.show(PlayedNeed.message(PLAYED.need, 0));
    bench.pass(stage, turn);
    assertThat(bench.partition.open().isEmpty()).isFalse();
    state.show(PlayedNeed.message(PLAYED.end, 0));
    bench.pass(stage, bench.turnOf(PLAYED.end));
    assertThat(bench.partition.open().isEmpty()).isTrue();
  }

  @Test
  void needsFoundInTheStoreCountUnderTheirAssignmentOnly() {
    bench.pass(stage, bench.turn(new Input.Found(bench.partition.number(), 7, List.of("t/a"))));
    assertThat(bench.partition.open().isEmpty()).isTrue();
    bench.pass(stage, bench.turn(new Input.Found(bench.partition.number(), 1, List.of("t/a"))));
    assertThat(bench.partition.open().isEmpty()).isFalse();
  }

  @Test
  void processedIntakeRecordsAreNotOnTheirWay() {
    bench.gate.submitted(2);
    assertThat(bench.holds).containsExactly(Set.of(Topics.INTAKE));
    Input.Arrival intake =
        StageBench.arrival(
            bench.delivery(Topics.INTAKE, null, null),
            new Decoded.Intake(
                PlayedNeed.THREAD, PLAYED.need, PlayedNeed.message(PLAYED.need, 0).payload()));
    Turn turn = bench.turn(intake);
    turn.stateless.add(StatelessRecords.of(intake, Candidate.UNPINNED, bench.context));
    bench.pass(stage, turn);
    assertThat(bench.holds).last().isEqualTo(Set.of());
  }
}
