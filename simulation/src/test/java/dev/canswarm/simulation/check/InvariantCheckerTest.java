package dev.canswarm.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Lease;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each violation is found at the moment at which it becomes durable. */
class InvariantCheckerTest {
  private static final TaskId TASK = new TaskId("a".repeat(64));

  private final ObservedSwarm swarm = new ObservedSwarm();
  private final InvariantChecker checker = swarm.checker;

  private static Delivery delivery(Envelope envelope) {
    return Delivery.of(
        new RecordPosition("", "swarm.need", 0, 7), null, envelope.bytes(), () -> {});
  }

  @Test
  void aNeedThatIsWrittenDownStoredEndedSentAndClosedBreaksNothing() {
    Envelope need = swarm.storedNeed("one");
    assertThat(checker.undecided()).containsExactly(need.need());
    swarm.send(need);
    checker.audited(
        ObservedSwarm.NODE,
        new AuditEvent(AuditEvent.Direction.DELIVERED, "swarm.need", 0, 7, need.bytes(), ""));
    checker.acknowledged(ObservedSwarm.NODE, delivery(need));
    Envelope end = swarm.rejection(need);
    swarm.store(swarm.row(Slot.FINALIZE, end));
    swarm.send(end);
    checker.closed(ObservedSwarm.NODE, new NeedId(need.id()));
    checker.inFlight(ObservedSwarm.NODE, ObservedSwarm.IN_FLIGHT_MAX);
    assertThat(swarm.detail()).isEmpty();
    assertThat(checker.undecided()).isEmpty();
  }

  private static AuditEvent evaluated(Envelope envelope, long gas) {
    return new AuditEvent(AuditEvent.Direction.DELIVERED, "swarm.need", 0, 7, envelope.bytes(), "")
        .withGas(gas);
  }

  @Test
  void anEnvelopeThatCostsTwoProcessesDifferentGasIsP2() {
    Envelope need = swarm.need("one");
    checker.audited(1, evaluated(need, 340));
    checker.audited(2, evaluated(need, 340));
    checker.audited(2, evaluated(need, 0));
    checker.audited(2, evaluated(swarm.need("another"), 341));
    assertThat(swarm.broken()).isEmpty();
    checker.audited(2, evaluated(need, 341));
    assertThat(swarm.broken()).contains(Invariant.P2);
    assertThat(swarm.detail()).contains("cost node 1 340 gas, and node 2 341");
  }

  @Test
  void aSecondAnswerInASlotIsP1AndTheFirstViolationIsKept() {
    Envelope need = swarm.storedNeed("one");
    Envelope end = swarm.rejection(need);
    SlotRow row = swarm.row(Slot.FINALIZE, end);
    swarm.store(row);
    swarm.store(row);
    assertThat(swarm.broken()).isEmpty();
    Envelope other =
        swarm.codec.sign(
            ObservedSwarm.draft(Verb.FINALIZE, end.payload(), need, need),
            swarm.key(RoleName.COORDINATOR),
            2);
    swarm.store(swarm.row(Slot.FINALIZE, other));
    assertThat(swarm.broken()).contains(Invariant.P1);
    checker.inFlight(ObservedSwarm.NODE, ObservedSwarm.IN_FLIGHT_MAX + 1);
    assertThat(swarm.broken()).contains(Invariant.P1);
  }

  @Test
  void whatIsStoredBeforeItsParentIsP2() {
    swarm.store(swarm.row(Slot.FINALIZE, swarm.rejection(swarm.need("never stored"))));
    assertThat(swarm.broken()).contains(Invariant.P2);
    assertThat(swarm.detail()).contains("before its parent");
  }

  @Test
  void whatItsSenderDidNotSignOrMayNotSayIsP6() {
    Envelope need = swarm.storedNeed("one");
    JsonObject payload = swarm.rejection(need).payload();
    Envelope forged =
        swarm.codec.sign(
            ObservedSwarm.draft(Verb.FINALIZE, payload, need, need),
            ObservedSwarm.unwatched(RoleName.COORDINATOR),
            3);
    swarm.store(swarm.row(Slot.FINALIZE, forged));
    assertThat(swarm.broken()).contains(Invariant.P6);
    assertThat(swarm.detail()).contains("never signed");

    ObservedSwarm another = new ObservedSwarm();
    Envelope same = another.storedNeed("one");
    another.store(
        another.row(
            Slot.FINALIZE, another.reply(RoleName.WORKER, Verb.FINALIZE, payload, same, same)));
    assertThat(another.broken()).contains(Invariant.P6);
    assertThat(another.detail()).contains("without the role");
  }

  @Test
  void whatIsSentAndNotStoredIsFoundUnlessAClientSentIt() {
    Envelope need = swarm.need("one");
    swarm.publishFromOutside(need);
    assertThat(swarm.broken()).isEmpty();
    swarm.send(need);
    assertThat(swarm.broken()).contains(Invariant.P2);

    ObservedSwarm another = new ObservedSwarm();
    another.send(another.rejection(another.storedNeed("one")));
    assertThat(another.broken()).contains(Invariant.P1);
  }

  @Test
  void aRecordThatIsAcknowledgedTooEarlyIsP5() {
    Envelope need = swarm.storedNeed("one");
    checker.acknowledged(ObservedSwarm.NODE, delivery(need));
    assertThat(swarm.detail()).contains("not in its audit log");

    ObservedSwarm another = new ObservedSwarm();
    Envelope lost = another.need("one");
    another.checker.audited(
        ObservedSwarm.NODE,
        new AuditEvent(AuditEvent.Direction.DELIVERED, "swarm.need", 0, 7, lost.bytes(), ""));
    another.checker.acknowledged(ObservedSwarm.NODE, delivery(lost));
    assertThat(another.broken()).contains(Invariant.P5);
    assertThat(another.detail()).contains("not stored");
  }

  @Test
  void aTimerThatIsRemovedBeforeTheEndWasSentIsP5() {
    Envelope need = swarm.storedNeed("one");
    swarm.store(swarm.row(Slot.FINALIZE, swarm.rejection(need)));
    checker.closed(ObservedSwarm.NODE, new NeedId(need.id()));
    assertThat(swarm.broken()).contains(Invariant.P5);
    assertThat(swarm.detail()).contains("before its FINALIZE was sent");
  }

  @Test
  void aRefusalForAnotherReasonThanExpectedIsP6AndASecondReasonIsP5() {
    checker.fed(ObservedSwarm.intake(1), new Expected.Refusal("TOO_LARGE"));
    swarm.refuse(1, "TOO_LARGE");
    swarm.refuse(1, "TOO_LARGE");
    assertThat(swarm.broken()).isEmpty();
    swarm.refuse(1, "MALFORMED");
    assertThat(swarm.broken()).contains(Invariant.P5);

    ObservedSwarm another = new ObservedSwarm();
    another.checker.fed(ObservedSwarm.intake(1), new Expected.Refusal("TOO_LARGE"));
    another.refuse(1, "MALFORMED");
    assertThat(another.broken()).contains(Invariant.P6);
  }

  @Test
  void moreInMemoryOrMoreGrantsThanTheBoundIsP7() {
    checker.inFlight(ObservedSwarm.NODE, ObservedSwarm.IN_FLIGHT_MAX + 1);
    assertThat(swarm.broken()).contains(Invariant.P7);

    ObservedSwarm another = new ObservedSwarm();
    Envelope need = another.storedNeed("one");
    for (long token : List.of(64L, 65L)) {
      assertThat(another.broken()).isEmpty();
      another.store(
          another.row(
              Slot.claim(TASK, token),
              another.reply(
                  RoleName.WORKER, Verb.CLAIM, new Lease(TASK, 1, token).toJson(), need, need)));
    }
    assertThat(another.broken()).contains(Invariant.P7);
  }
}
