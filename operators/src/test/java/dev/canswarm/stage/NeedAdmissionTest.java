package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.verb.Verbs;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one envelope that came means to what is known of its NEED. */
class NeedAdmissionTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final StageBench bench = new StageBench(RoleName.GATEWAY);
  private final NeedAdmission admission =
      new NeedAdmission(bench.context, bench.context.deadLetters());

  @AfterEach
  void stop() {
    bench.close();
  }

  private NeedTurn turn(Envelope... stored) {
    return new NeedTurn(bench.partition, PLAYED.state(stored));
  }

  private void admit(NeedTurn turn, Envelope envelope) {
    admission.admit(turn, bench.arrival(envelope));
  }

  private void submit(NeedTurn turn, Envelope need) {
    submit(admission, turn, need);
  }

  private void submit(NeedAdmission by, NeedTurn turn, Envelope need) {
    by.admit(
        turn,
        StageBench.arrival(
            bench.delivery(Topics.INTAKE, null, null),
            new Decoded.Intake(need.threadId(), need, Verbs.payload(need.verb(), need.payload()))));
  }

  private static List<String> slots(NeedTurn turn) {
    return turn.outputs.rows.stream().map(row -> row.row().slot()).toList();
  }

  private static List<Direction> audits(NeedTurn turn) {
    return turn.outputs.audits.stream().map(event -> event.direction()).toList();
  }

  private static String refusal(NeedTurn turn) {
    PendingRow last = turn.outputs.rows.get(turn.outputs.rows.size() - 1);
    return ((PendingRow.Origin.Refused) last.origin()).letter().reason().name();
  }

  @Test
  void aNeedFillsItsSlotAndArmsTheTimerForItsPlan() {
    NeedTurn turn = turn();
    admit(turn, PLAYED.need);
    assertThat(slots(turn)).containsExactly(Slot.need(PLAYED.need.need()).key());
    assertThat(turn.state.full().need()).isNotNull();
    assertThat(Objects.requireNonNull(turn.outputs.timer).dueMillis())
        .isEqualTo(bench.swarm.policy.planMillis());
    assertThat(audits(turn)).containsExactly(Direction.DELIVERED);
    assertThat(turn.outputs.sends).isEmpty();
  }

  /** Admits as under a head at which these agents' keys are not in force. */
  private NeedAdmission without(RoleName role) {
    Set<PublicKey> gone = Set.copyOf(bench.swarm.trust.withRole(role));
    StageContext.Duties all = bench.context.heads().current();
    Rules rules =
        new Rules(bench.swarm.policy, bench.swarm.trust.without(gone), all.rules().taskTypes());
    StageContext context =
        new StageContext(
            new StageContext.Duties(
                rules, all.policyCheck(), all.derivedCheck(), all.roles(), all.isGateway()),
            bench.context.ports(),
            bench.context.written(),
            bench.context.runtime());
    return new NeedAdmission(context, context.deadLetters());
  }

  @ParameterizedTest
  @EnumSource(
      value = RoleName.class,
      names = {"PLANNER", "DECIDER", "WORKER", "VERIFIER", "COORDINATOR"})
  void aNewNeedThatTheKeysInForceCannotBringToItsEndIsRefused(RoleName role) {
    NeedTurn came = turn();
    without(role).admit(came, bench.arrival(PLAYED.need));
    assertThat(refusal(came)).isEqualTo("POLICY_MISMATCH");
    assertThat(came.state.full().need()).isNull();
    NeedTurn submitted = turn();
    submit(without(role), submitted, PLAYED.need);
    assertThat(refusal(submitted)).isEqualTo("POLICY_MISMATCH");
    assertThat(submitted.outputs.resends).isEmpty();
    assertThat(submitted.outputs.timer).isNull();
  }

  /** Whoever was revoked meanwhile may have done all that was needed. */
  @Test
  void aNeedThatIsStoredIsNotRefusedForKeysThatAreNoLongerInForce() {
    NeedTurn turn = turn(PLAYED.need);
    without(RoleName.PLANNER).admit(turn, bench.arrival(PLAYED.need));
    submit(without(RoleName.PLANNER), turn, PLAYED.need);
    assertThat(slots(turn)).isEmpty();
    assertThat(turn.outputs.resends).hasSize(1);
  }

  @Test
  void whatFollowsFromRowsOfThisTurnNamesThemAsItsBasis() {
    NeedTurn turn = turn();
    admit(turn, PLAYED.need);
    admit(turn, PLAYED.propose);
    assertThat(turn.outputs.rows.get(1).basis()).containsExactly(turn.outputs.rows.get(0));
    assertThat(turn.outputs.rows.get(1).row().ops()).contains("ADD_TASK");
  }

  @Test
  void whatIsStoredAlreadyIsShownAndAuditedAndNoRow() {
    NeedTurn turn = turn(PLAYED.need);
    turn.state.hide(PlayedNeed.message(PLAYED.propose, 0), 0);
    admit(turn, PLAYED.propose);
    assertThat(slots(turn)).isEmpty();
    assertThat(audits(turn)).containsExactly(Direction.DELIVERED);
    assertThat(turn.state.viewFor(RoleName.DECIDER).proposals()).hasSize(1);
    assertThat(turn.state.isOnTopic(PLAYED.propose.id())).isTrue();
  }

  @Test
  void whatComesBeforeItsParentsWaitsAndHasATimerOfItsOwn() {
    NeedTurn turn = turn();
    admit(turn, PLAYED.propose);
    assertThat(turn.outputs.rows)
        .singleElement()
        .satisfies(row -> assertThat(row.row().kind()).isEqualTo(SlotRow.WAIT));
    assertThat(turn.state.full().waiting()).hasSize(1);
    assertThat(turn.state.full().proposals()).isEmpty();
    assertThat(Objects.requireNonNull(turn.outputs.timer).needSlot()).isNull();
    assertThat(turn.outputs.timer.dueMillis()).isEqualTo(bench.swarm.policy.deadlineMillisMax());
  }

  @Test
  void aNeedThatIsKnownNeedsNoTimerForWhatWaits() {
    NeedTurn turn = turn(PLAYED.need);
    admit(turn, PLAYED.decide);
    assertThat(turn.state.full().waiting()).hasSize(1);
    assertThat(turn.outputs.timer).isNull();
  }

  @Test
  void aRecordThatWaitsAlreadyWaitsOnce() {
    NeedTurn turn = turn();
    Input.Arrival arrival = bench.arrival(PLAYED.propose);
    admission.admit(turn, arrival);
    admission.admit(turn, arrival);
    assertThat(turn.outputs.rows).hasSize(1);
    assertThat(audits(turn)).containsExactly(Direction.DELIVERED, Direction.DELIVERED);
  }

  @Test
  void noMoreWaitThanAreAllowed() {
    NeedTurn turn = turn();
    for (int i = 0; i < NeedAdmission.WAITING_MAX; i++) {
      admit(turn, PLAYED.commit);
    }
    assertThat(turn.state.full().waiting()).hasSize(NeedAdmission.WAITING_MAX);
    admit(turn, PLAYED.commit);
    assertThat(turn.state.full().waiting()).hasSize(NeedAdmission.WAITING_MAX);
    assertThat(refusal(turn)).isEqualTo("PARENT_MISSING");
  }

  @Test
  void whatDoesNotFitWhatIsStoredIsRefusedAndChangesNothing() {
    Envelope late =
        PLAYED.said("worker", Verb.CLAIM, new Lease(PLAYED.taskId(), 1, 9).toJson(), PLAYED.decide);
    NeedTurn turn = turn(PLAYED.need, PLAYED.propose, PLAYED.decide);
    admit(turn, late);
    assertThat(turn.outputs.rows)
        .singleElement()
        .satisfies(row -> assertThat(row.row().scope()).isEqualTo(DeadLetters.SCOPE));
    assertThat(turn.state.full().byId(late.id())).isNull();
    assertThat(turn.state.full().waiting()).isEmpty();
  }

  @Test
  void aClaimThatComesSecondIsRefused() {
    NeedTurn turn = turn(PLAYED.need, PLAYED.propose, PLAYED.decide, PLAYED.claim);
    admit(turn, PLAYED.secondClaim());
    assertThat(refusal(turn)).isEqualTo("LEASE_TAKEN");
  }

  @Test
  void anyOtherEnvelopeThatComesSecondIsSuperseded() {
    NeedTurn turn = turn(PLAYED.need, PLAYED.propose, PLAYED.decide);
    admit(turn, PLAYED.otherDecide());
    assertThat(audits(turn)).containsExactly(Direction.SUPERSEDED);
    assertThat(slots(turn)).isEmpty();
    assertThat(Objects.requireNonNull(turn.state.full().decision()).envelope())
        .isEqualTo(PLAYED.decide);
  }

  @Test
  void anOppositeVoteIsKeptAsAProof() {
    NeedTurn turn = turn(PLAYED.need, PLAYED.propose, PLAYED.decide, PLAYED.claim, PLAYED.commit);
    admit(turn, PLAYED.vote(1, true));
    PendingRow first = turn.outputs.rows.get(0);
    Envelope opposite = PLAYED.vote(1, false);
    admit(turn, opposite);
    assertThat(slots(turn))
        .endsWith(Slot.equivocation(PLAYED.commit.id(), opposite.sender()).key());
    assertThat(turn.outputs.rows.get(1).basis()).containsExactly(first);
    assertThat(audits(turn)).containsExactly(Direction.DELIVERED, Direction.SUPERSEDED);
    assertThat(turn.state.full().vote(PLAYED.commit.id(), opposite.sender())).isNull();

    admit(turn, opposite);
    assertThat(slots(turn)).as("once").hasSize(2);
  }

  @Test
  void afterTheEndNothingWaitsAndALateNeedIsIgnored() {
    NeedTurn turn = turn(PLAYED.end);
    admit(turn, PLAYED.commit);
    admit(turn, PLAYED.need);
    assertThat(audits(turn)).containsExactly(Direction.SUPERSEDED, Direction.DELIVERED);
    assertThat(turn.outputs.rows).isEmpty();
    assertThat(turn.outputs.timer).isNull();
  }

  @Test
  void aSubmittedNeedIsSentAndHiddenUntilItComesFromItsTopic() {
    NeedTurn turn = turn();
    submit(turn, PLAYED.need);
    assertThat(slots(turn)).containsExactly(Slot.need(PLAYED.need.need()).key());
    assertThat(turn.outputs.resends).containsExactly(PLAYED.need);
    assertThat(turn.outputs.timer).isNotNull();
    assertThat(turn.state.viewFor(RoleName.PLANNER).need()).isNull();
    assertThat(turn.outputs.audits).as("what is sent is audited then").isEmpty();
  }

  @Test
  void aNeedThatIsSubmittedAgainIsOnlySentAgain() {
    NeedTurn turn = turn(PLAYED.need);
    submit(turn, PLAYED.need);
    assertThat(turn.outputs.rows).isEmpty();
    assertThat(turn.outputs.resends).containsExactly(PLAYED.need);
  }

  @Test
  void aNeedThatIsOverIsNotSentAgain() {
    NeedTurn turn = turn(PLAYED.need, PLAYED.end);
    submit(turn, PLAYED.need);
    assertThat(turn.outputs.isNothing()).isTrue();
  }
}
