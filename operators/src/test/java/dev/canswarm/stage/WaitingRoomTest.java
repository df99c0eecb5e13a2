package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Lease;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for its parents is let in, or refused, once. */
class WaitingRoomTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final StageBench bench = new StageBench(RoleName.COORDINATOR);
  private final WaitingRoom room = new WaitingRoom(bench.context, bench.context.deadLetters());

  @AfterEach
  void stop() {
    bench.close();
  }

  private NeedTurn turn(Envelope... stored) {
    return new NeedTurn(bench.partition, PLAYED.state(stored));
  }

  private static void waits(NeedTurn turn, Envelope envelope, long offset) {
    turn.state.show(PlayedNeed.waiting(envelope, offset));
  }

  private static List<String> slots(NeedTurn turn) {
    return turn.outputs.rows.stream().map(row -> row.row().slot()).toList();
  }

  private static List<String> refusals(NeedTurn turn) {
    return turn.outputs.rows.stream()
        .map(row -> ((PendingRow.Origin.Refused) row.origin()).letter())
        .map(letter -> letter.stage() + " " + letter.reason() + " " + letter.source().offset())
        .toList();
  }

  private Envelope claimWithWrongToken() {
    return PLAYED.said(
        "worker", Verb.CLAIM, new Lease(PLAYED.taskId(), 1, 9).toJson(), PLAYED.decide);
  }

  @Test
  void whatWaitsIsLetInOnceItsParentsAreStoredAndThenWhatWaitedForThat() {
    NeedTurn turn = turn(PLAYED.need);
    waits(turn, PLAYED.claim, 3);
    waits(turn, PLAYED.decide, 2);
    waits(turn, PLAYED.propose, 1);
    room.promote(turn);
    assertThat(slots(turn))
        .containsExactly(
            Slot.propose(PLAYED.propose.sender()).key(),
            Slot.DECIDE.key(),
            PLAYED.claimSlot().key());
    assertThat(turn.outputs.rows.get(2).basis()).containsExactly(turn.outputs.rows.get(1));
    assertThat(turn.state.isOnTopic(PLAYED.claim.id())).isTrue();
  }

  @Test
  void whatStillMissesAParentGoesOnWaiting() {
    NeedTurn turn = turn(PLAYED.need);
    waits(turn, PLAYED.claim, 3);
    room.promote(turn);
    assertThat(turn.outputs.rows).isEmpty();
    room.refuseMisfits(turn);
    assertThat(turn.outputs.rows).isEmpty();
  }

  @Test
  void whatFillsAnOccupiedSlotIsNotLetIn() {
    NeedTurn turn = turn(PLAYED.need, PLAYED.propose, PLAYED.decide, PLAYED.claim);
    waits(turn, PLAYED.secondClaim(), 3);
    room.promote(turn);
    assertThat(turn.outputs.rows).isEmpty();
    room.refuseMisfits(turn);
    assertThat(refusals(turn)).containsExactly("wait LEASE_TAKEN 3");
  }

  @Test
  void whatTurnsOutNotToFitIsRefusedOnceAcrossTurns() {
    NeedTurn turn = turn(PLAYED.need, PLAYED.propose, PLAYED.decide);
    waits(turn, claimWithWrongToken(), 3);
    room.promote(turn);
    room.refuseMisfits(turn);
    room.refuseMisfits(turn);
    assertThat(refusals(turn)).containsExactly("wait BAD_SHAPE 3");

    turn.state.refuse(turn.outputs.refused);
    turn.outputs = new Outputs();
    room.refuseMisfits(turn);
    assertThat(turn.outputs.rows).isEmpty();
  }

  @Test
  void anOppositeVoteThatWaitedIsKeptAsAProof() {
    NeedTurn turn =
        turn(
            PLAYED.need,
            PLAYED.propose,
            PLAYED.decide,
            PLAYED.claim,
            PLAYED.commit,
            PLAYED.vote(1, true));
    Envelope opposite = PLAYED.vote(1, false);
    waits(turn, opposite, 3);
    room.promote(turn);
    assertThat(slots(turn))
        .containsExactly(Slot.equivocation(PLAYED.commit.id(), opposite.sender()).key());
  }

  @Test
  void orphansAreRefusedWithTheParentsThatNeverCame() {
    NeedTurn turn = turn(PLAYED.need);
    waits(turn, PLAYED.decide, 2);
    room.refuseOrphans(turn);
    assertThat(refusals(turn)).containsExactly("wait PARENT_MISSING 2");
    assertThat(((PendingRow.Origin.Refused) turn.outputs.rows.get(0).origin()).letter().detail())
        .contains(PLAYED.propose.id().text());
    assertThat(turn.outputs.refused).containsExactly(PlayedNeed.waiting(PLAYED.decide, 2).slot());
  }

  @Test
  void atTheEndMisfitsAndOrphansAreRefused() {
    NeedTurn turn = turn(PLAYED.need, PLAYED.propose, PLAYED.decide, PLAYED.end);
    waits(turn, claimWithWrongToken(), 3);
    waits(turn, PLAYED.votes.get(0), 4);
    room.refuseAtTheEnd(turn);
    assertThat(refusals(turn))
        .containsExactlyInAnyOrder("wait BAD_SHAPE 3", "wait PARENT_MISSING 4");
  }

  @Test
  void onceTheNeedIsClosedNothingIsRefusedAnyMore() {
    NeedTurn turn = turn(PLAYED.need, PLAYED.end);
    waits(turn, PLAYED.votes.get(0), 4);
    turn.state.close();
    room.refuseAtTheEnd(turn);
    assertThat(turn.outputs.rows).isEmpty();
  }
}
