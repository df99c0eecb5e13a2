package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.DeadlineTracker;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One NEED's turn in memory: what came, and all that the roles here owe then. */
class ReactionsTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private StageBench bench = new StageBench(RoleName.PLANNER);

  @AfterEach
  void stop() {
    bench.close();
  }

  private void play(RoleName... roles) {
    bench.close();
    bench = new StageBench(roles);
  }

  private NeedTurn turn(List<Envelope> stored, Envelope... came) {
    NeedTurn turn = new NeedTurn(bench.partition, PLAYED.state(stored.toArray(Envelope[]::new)));
    for (Envelope envelope : came) {
      turn.inputs.add(bench.arrival(envelope));
    }
    return turn;
  }

  private NeedTurn react(List<Envelope> stored, Envelope... came) {
    NeedTurn turn = turn(stored, came);
    bench.reactions.tryReact(turn);
    return turn;
  }

  private static List<String> kinds(NeedTurn turn) {
    return turn.outputs.rows.stream().map(row -> row.row().kind()).toList();
  }

  private static List<Verb> sends(NeedTurn turn) {
    return turn.outputs.sends.stream().map(Envelope::verb).toList();
  }

  @Test
  void aNeedThatComesIsPlannedInTheSameTurn() {
    NeedTurn turn = react(List.of(), PLAYED.need);
    assertThat(turn.failure).isNull();
    assertThat(kinds(turn)).containsExactly("NEED", "PROPOSE");
    assertThat(turn.outputs.rows.get(1).basis()).containsExactly(turn.outputs.rows.get(0));
    assertThat(sends(turn)).containsExactly(Verb.PROPOSE);
    assertThat(turn.outputs.sends.get(0).id()).isEqualTo(PLAYED.propose.id());
  }

  @Test
  void whatIsSaidHereIsHiddenFromTheOtherRolesHere() {
    play(RoleName.PLANNER, RoleName.DECIDER);
    NeedTurn turn = react(List.of(), PLAYED.need);
    assertThat(turn.outputs.effects).as("the decider waits for it to come").isEmpty();
    assertThat(turn.state.viewFor(RoleName.DECIDER).proposals()).isEmpty();
  }

  @Test
  void whatIsOwedWasSaidAlreadyAndIsNotSaidAgain() {
    NeedTurn turn = react(List.of(PLAYED.need, PLAYED.propose), PLAYED.need);
    assertThat(turn.outputs.rows).isEmpty();
    assertThat(turn.outputs.sends).isEmpty();
  }

  @Test
  void reactingAgainOnTheStateBeforeGivesTheSame() {
    NeedTurn turn = turn(List.of(), PLAYED.need);
    turn.before = turn.state.snapshot();
    bench.reactions.tryReact(turn);
    List<String> ids = turn.outputs.rows.stream().map(row -> row.row().id()).toList();
    turn.state.restore(turn.before);
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.rows).extracting(row -> row.row().id()).isEqualTo(ids);
    assertThat(turn.outputs.sends).hasSize(1);
  }

  @Test
  void aDeciderAsksTheGateAndDecidesOnceItAnswers() {
    play(RoleName.DECIDER);
    NeedTurn turn = turn(List.of(PLAYED.need), PLAYED.propose);
    bench.reactions.tryBegin(turn);
    Effect.AskGate ask = Objects.requireNonNull(turn.gateQuestion());
    bench.reactions.tryAnswer(
        turn,
        new Input.Result(
            bench.partition.number(),
            PLAYED.need.need(),
            PlayedNeed.THREAD,
            ask,
            new EffectResult.GateOpen(ask, ask.proposalId(), 1)));
    bench.reactions.tryFinish(turn);
    assertThat(kinds(turn)).containsExactly("PROPOSE", "DECIDE");
    assertThat(turn.outputs.effects).isEmpty();
    assertThat(sends(turn)).containsExactly(Verb.DECIDE);
    assertThat(turn.gateResult()).isInstanceOf(EffectResult.GateOpen.class);
  }

  @Test
  void anEffectThatRunsIsNotAskedForAgain() {
    play(RoleName.DECIDER);
    NeedTurn turn = turn(List.of(PLAYED.need, PLAYED.propose));
    bench.reactions.tryReact(turn);
    Effect.AskGate ask = Objects.requireNonNull(turn.gateQuestion());
    turn.state.begun(ask);
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.effects).isEmpty();
    turn.state.ended(ask);
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.effects).containsExactly(ask);
  }

  @Test
  void aGrantIsClaimedWithAPermitAndRunOnceTheClaimIsStored() {
    play(RoleName.WORKER);
    NeedTurn turn = react(List.of(PLAYED.need, PLAYED.propose), PLAYED.decide);
    assertThat(kinds(turn)).containsExactly("DECIDE", "CLAIM");
    assertThat(turn.permits).containsOnlyKeys(PLAYED.claimSlot());
    assertThat(turn.outputs.effects).singleElement().isInstanceOf(Effect.RunTask.class);
    assertThat(turn.outputs.grants).isEmpty();
  }

  @Test
  void aGrantWithoutAFreePermitIsRequestedAndNotClaimed() {
    play(RoleName.WORKER);
    for (String type : List.of("one.type", "one.type", "other.type", "other.type")) {
      assertThat(bench.permits.tryClaim(type)).isNotNull();
    }
    NeedTurn turn = react(List.of(PLAYED.need, PLAYED.propose), PLAYED.decide);
    assertThat(kinds(turn)).containsExactly("DECIDE");
    assertThat(turn.outputs.grants).containsExactly(PLAYED.claimSlot());
    assertThat(turn.outputs.effects).isEmpty();
  }

  @Test
  void aPartitionThatIsGoneClaimsNothing() {
    play(RoleName.WORKER);
    bench.assignment = 0;
    NeedTurn turn = react(List.of(PLAYED.need, PLAYED.propose), PLAYED.decide);
    assertThat(kinds(turn)).containsExactly("DECIDE");
    assertThat(turn.outputs.grants).isEmpty();
    assertThat(turn.permits).isEmpty();
  }

  @Test
  void aCoordinatorJudgesAndEndsTheNeedInOneTurn() {
    play(RoleName.COORDINATOR);
    NeedTurn turn =
        react(
            List.of(PLAYED.need, PLAYED.propose, PLAYED.decide, PLAYED.claim, PLAYED.commit),
            PLAYED.votes.get(0),
            PLAYED.votes.get(1));
    assertThat(kinds(turn)).containsExactly("ATTEST", "ATTEST", SlotRow.VERDICT, "FINALIZE");
    List<PendingRow> rows = turn.outputs.rows;
    assertThat(rows.get(2).basis()).containsExactly(rows.get(0), rows.get(1));
    assertThat(rows.get(3).basis())
        .as("what the verdict follows from is in it")
        .containsExactly(rows.get(2));
    assertThat(sends(turn)).as("a verdict is never sent").containsExactly(Verb.FINALIZE);
    assertThat(turn.outputs.over).isTrue();
  }

  @Test
  void aNeedIsNotOverBeforeItsEndIsOnItsTopic() {
    play(RoleName.COORDINATOR);
    NeedTurn turn = turn(List.of(PLAYED.need));
    turn.state.add(List.of(PlayedNeed.message(PLAYED.end, 0)), null);
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.over).isFalse();
    turn.state.markOnTopic(PLAYED.end.id());
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.over).isTrue();
    turn.state.close();
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.over).as("closed already").isFalse();
  }

  @Test
  void theTimerIsSetEarlierButNotPutOff() {
    play(RoleName.COORDINATOR);
    long planMillis = bench.swarm.policy.planMillis();
    NeedTurn turn = turn(List.of(PLAYED.need), PLAYED.need);
    turn.state.armed(planMillis + 5_000);
    bench.reactions.tryReact(turn);
    assertThat(Objects.requireNonNull(turn.outputs.timer).dueMillis()).isEqualTo(planMillis);

    NeedTurn earlier = turn(List.of(PLAYED.need), PLAYED.need);
    earlier.state.armed(planMillis - 5_000);
    bench.reactions.tryReact(earlier);
    assertThat(earlier.outputs.timer).isNull();

    NeedTurn close = turn(List.of(PLAYED.need), PLAYED.need);
    close.state.armed(planMillis + 100);
    bench.reactions.tryReact(close);
    assertThat(close.outputs.timer).as("close enough").isNull();
  }

  @Test
  void aLookThatFindsNothingLeftPutsTheTimerOff() {
    play(RoleName.COORDINATOR);
    OpenNeed timer = bench.timer(PLAYED.need, 1);
    NeedTurn turn = turn(List.of(PLAYED.need));
    turn.state.armed(1);
    turn.inputs.add(new Input.Recheck(timer, 3));
    bench.reactions.tryReact(turn);
    assertThat(Objects.requireNonNull(turn.outputs.timer).dueMillis())
        .isEqualTo(bench.swarm.policy.planMillis());

    bench.assignment = 0;
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.timer).as("a partition that is another process's").isNull();
  }

  @Test
  void whatWaitsForANeedThatNeverCameIsRefusedWhenItsTimeIsUp() {
    play(RoleName.COORDINATOR);
    NeedTurn turn = turn(List.of());
    turn.state.show(PlayedNeed.waiting(PLAYED.propose, 7));
    turn.inputs.add(new Input.Due(bench.timer(PLAYED.need, 5_000)));
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.over).as("too early").isFalse();

    bench.time.advanceTimeBy(Duration.ofSeconds(5));
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.over).isTrue();
    assertThat(turn.outputs.rows)
        .singleElement()
        .satisfies(row -> assertThat(row.origin()).isInstanceOf(PendingRow.Origin.Refused.class));
    assertThat(turn.outputs.nextMillis).isEqualTo(DeadlineTracker.NEVER);
  }

  @Test
  void aFailureStaysWithItsNeedAndEndsItsComputing() {
    NeedTurn turn = turn(List.of(), PLAYED.need);
    turn.failure = new IllegalStateException("earlier");
    bench.reactions.tryReact(turn);
    assertThat(turn.outputs.rows).isEmpty();

    NeedTurn broken = turn(List.of());
    // No role says what a result of nothing means: its effect belongs to another verb.
    broken.inputs.add(bench.arrival(PlayedNeed.anotherNeed(PlayedNeed.THREAD, "other")));
    broken.inputs.add(
        StageBench.arrival(
            bench.delivery("swarm.decide", null, null),
            new Decoded.Valid(PLAYED.propose, PlayedNeed.message(PLAYED.need, 0).payload())));
    bench.reactions.tryReact(broken);
    assertThat(broken.failure).isNotNull();
  }

  @Test
  void whatTheStoreHoldsReplacesWhatWasReactedOn() {
    play(RoleName.DECIDER);
    NeedTurn turn = turn(List.of(PLAYED.need, PLAYED.propose));
    Envelope other = PLAYED.otherDecide();
    PendingRow row =
        new PendingRow(
            bench.context.rows().candidate(Slot.DECIDE, PLAYED.decide, List.of()),
            List.of(),
            new PendingRow.Origin.Said(
                PLAYED.decide, PlayedNeed.message(PLAYED.decide, 0).payload()));
    SlotRow held = bench.context.rows().candidate(Slot.DECIDE, other, List.of()).storedAt(50);
    new StoredAnswers(bench.context).filled(turn.state, row, held);
    assertThat(Objects.requireNonNull(turn.state.full().decision()).envelope()).isEqualTo(other);
    assertThat(turn.state.unsent()).as("whoever said it").containsExactly(other);
    assertThat(turn.state.viewFor(RoleName.WORKER).decision()).isNull();
  }

  @Test
  void needsAndProposalsAreJudgedByTheTimeOfTheirStoring() {
    NeedTurn turn = react(List.of(), PLAYED.need);
    new StoredAnswers(bench.context).storedAt(turn.state, turn.outputs.rows.get(0), 777);
    assertThat(Objects.requireNonNull(turn.state.full().need()).storedMillis()).isEqualTo(777);
    new StoredAnswers(bench.context).storedAt(turn.state, turn.outputs.rows.get(1), 778);
    assertThat(turn.state.full().proposals().get(0).storedMillis()).isEqualTo(778);
    assertThat(turn.state.viewFor(RoleName.DECIDER).proposals()).as("still hidden").isEmpty();
  }
}
