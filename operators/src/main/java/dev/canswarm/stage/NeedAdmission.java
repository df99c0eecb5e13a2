package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Feasibility;
import dev.canswarm.protocol.Idempotency;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Verbs;
import java.util.List;

/** Checks one envelope against the state of its NEED, and determines the slot that it fills. */
final class NeedAdmission {
  /** Most envelopes of one NEED that wait for parents; further ones are refused. */
  static final int WAITING_MAX = 256;

  private final StageContext context;
  private final DeadLetters deadLetters;

  NeedAdmission(StageContext context, DeadLetters deadLetters) {
    this.context = context;
    this.deadLetters = deadLetters;
  }

  /** Adds the outputs that follow from one record to the turn. */
  void admit(NeedTurn turn, Input.Arrival arrival) {
    if (arrival.decoded() instanceof Decoded.Intake intake) {
      submit(turn, arrival, intake.need(), intake.payload());
    } else if (arrival.decoded() instanceof Decoded.Valid valid) {
      try {
        deliver(turn, valid.envelope(), valid.payload(), arrival.source());
      } catch (RefusedException e) {
        List<PendingRow> basis = turn.outputs.parentsOf(valid.envelope());
        refuse(
            turn,
            arrival,
            new Decoded.Refused(e.reason(), "store", e.detail(), context.gasOf(valid.envelope())),
            basis);
      }
    }
  }

  private void refuse(
      NeedTurn turn, Input.Arrival arrival, Decoded.Refused refused, List<PendingRow> basis) {
    turn.outputs.add(deadLetters.row(DeadLetters.letter(arrival, refused), basis));
  }

  /**
   * Takes in a NEED that this process's gateway signed, and sends the NEED that fills its slot,
   * unless that one is over.
   */
  private void submit(NeedTurn turn, Input.Arrival arrival, Envelope need, Payload payload) {
    NeedState state = turn.state;
    if (state.full().finalized() != null) {
      return;
    }
    Slot slot = Verbs.slot(need, payload, context.heads().listed());
    if (state.full().slot(slot) instanceof Message held) {
      if (Idempotency.conflicts(need, held.envelope())) {
        RefusedException refusal = Idempotency.refusal(held.envelope());
        refuse(
            turn,
            arrival,
            new Decoded.Refused(refusal.reason(), "intake", refusal.detail()),
            turn.outputs.filling(slot));
      } else {
        turn.outputs.resends.add(held.envelope());
      }
      return;
    }
    try {
      checkInForce(payload, context.heads().of(state.full(), need, payload));
    } catch (RefusedException e) {
      refuse(turn, arrival, new Decoded.Refused(e.reason(), "intake", e.detail()), List.of());
      return;
    }
    SlotRow row = context.rows().candidate(slot, need, Verbs.ops(need, payload, state.full()));
    turn.outputs.add(
        new PendingRow(row, List.of(), new PendingRow.Origin.Submitted(need, payload)));
    long nowMillis = context.time().epochMillis();
    state.hide(new Message(slot, need, payload, nowMillis), nowMillis);
    turn.outputs.resends.add(need);
    arm(turn, slot, nowMillis);
  }

  /**
   * Refuses a NEED that the keys in force cannot bring to its end. Decoding asks this of all keys
   * that were ever listed, since it does not know whether the NEED is stored.
   */
  private static void checkInForce(Payload payload, StageContext.Duties duties) {
    if (payload instanceof Need need) {
      Feasibility.checkTrust(need, duties.rules());
    }
  }

  private void arm(NeedTurn turn, Slot slot, long nowMillis) {
    turn.outputs.timer =
        context.timer(
            turn.state,
            slot,
            nowMillis + context.heads().of(turn.state.full()).rules().policy().planMillis());
  }

  private void deliver(NeedTurn turn, Envelope envelope, Payload payload, RecordPosition source) {
    NeedState state = turn.state;
    Message known = state.full().byId(envelope.id());
    if (known != null) {
      state.show(known);
      state.markOnTopic(envelope.id());
      audit(turn, Direction.DELIVERED, known.envelope(), source, "");
    } else if (envelope.verb() == Verb.NEED && state.full().finalized() != null) {
      audit(turn, Direction.DELIVERED, envelope, source, "the NEED is over");
    } else if (state.full().hasParentsOf(envelope)) {
      deliverFitting(turn, envelope, payload, source);
    } else {
      keepWaiting(turn, envelope, payload, source);
    }
  }

  private void deliverFitting(
      NeedTurn turn, Envelope envelope, Payload payload, RecordPosition source) {
    NeedState state = turn.state;
    StageContext.Duties duties = context.heads().of(state.full(), envelope, payload);
    if (context.heads().hasEntries()) {
      // Decoding knows no NEED: it let pass whoever was ever listed.
      duties.policyCheck().check(envelope, envelope.verb().topic());
    }
    Verbs.admit(envelope, payload, state.full(), duties.rules());
    Slot slot = Verbs.slot(envelope, payload, context.heads().listed());
    Stored held = state.full().slot(slot);
    if (held instanceof Message other) {
      state.markOnTopic(envelope.id());
      state.show(other);
      superseded(turn, envelope, payload, source, other);
      return;
    }
    if (turn.outdated.contains(envelope.id()) && context.heads().isOutdated(payload)) {
      throw new RefusedException(
          Reason.WRONG_HEAD,
          "trust: expected the last head of the control chain, got an older one");
    }
    checkInForce(payload, duties);
    duties.derivedCheck().check(new Message(slot, envelope, payload, 0), state.full());
    state.markOnTopic(envelope.id());
    add(turn, slot, envelope, payload);
    audit(turn, Direction.DELIVERED, envelope, source, "");
    if (envelope.verb() == Verb.NEED) {
      arm(turn, slot, context.time().epochMillis());
    }
  }

  private void add(NeedTurn turn, Slot slot, Envelope envelope, Payload payload) {
    NeedState state = turn.state;
    long nowMillis = context.time().epochMillis();
    SlotRow row =
        context.rows().candidate(slot, envelope, Verbs.ops(envelope, payload, state.full()));
    turn.outputs.add(
        new PendingRow(
            row,
            turn.outputs.parentsOf(envelope),
            new PendingRow.Origin.Came(envelope, payload),
            context.heads().pinOf(payload)));
    state.observe(new Message(slot, envelope, payload, nowMillis), nowMillis);
  }

  /** Notes that another envelope fills the slot. */
  private void superseded(
      NeedTurn turn, Envelope envelope, Payload payload, RecordPosition source, Message held) {
    if (envelope.verb() == Verb.CLAIM) {
      throw new RefusedException(
          Reason.LEASE_TAKEN, "the lease is held by " + held.envelope().sender());
    }
    if (envelope.verb() == Verb.NEED && Idempotency.conflicts(envelope, held.envelope())) {
      throw Idempotency.refusal(held.envelope());
    }
    boolean isOpposite =
        payload instanceof Attest vote && held.as(Attest.class).accept() != vote.accept();
    String note =
        isOpposite
            ? "equivocation: " + envelope.sender() + " said the opposite in " + held.id()
            : "slot holds " + held.id();
    audit(turn, Direction.SUPERSEDED, envelope, source, note);
    if (isOpposite) {
      keepEquivocation(turn, envelope, (Attest) payload, held);
    }
  }

  /** Stores the second of two opposite votes of one key on one target, as proof against the key. */
  private void keepEquivocation(NeedTurn turn, Envelope envelope, Attest vote, Message held) {
    Slot slot = Slot.equivocation(vote.target(), envelope.sender());
    if (turn.state.filled(slot)) {
      return;
    }
    SlotRow row = context.rows().candidate(slot, envelope, List.of());
    turn.outputs.add(
        new PendingRow(
            row, turn.outputs.filling(held.slot()), new PendingRow.Origin.Came(envelope, vote)));
    turn.state.show(new Message(slot, envelope, vote, context.time().epochMillis()));
  }

  /** Stores an envelope that came before its parents: topics have no order among each other. */
  private void keepWaiting(
      NeedTurn turn, Envelope envelope, Payload payload, RecordPosition source) {
    NeedState state = turn.state;
    if (state.full().finalized() != null) {
      audit(turn, Direction.SUPERSEDED, envelope, source, "the NEED is over");
      return;
    }
    Slot.Waiting slot = Slot.waiting(source);
    if (!state.filled(slot) && state.full().waiting().size() >= WAITING_MAX) {
      throw new RefusedException(
          Reason.PARENT_MISSING,
          "its parents are not stored, and " + WAITING_MAX + " envelopes wait already");
    }
    audit(turn, Direction.DELIVERED, envelope, source, "waits for a parent");
    if (state.filled(slot)) {
      return;
    }
    long nowMillis = context.time().epochMillis();
    turn.outputs.add(
        new PendingRow(
            context.rows().waiting(slot, envelope), List.of(), new PendingRow.Origin.Waits()));
    state.show(new Stored.Waiting(slot, envelope, payload, nowMillis));
    if (state.full().need() == null
        && state.armedMillis() == NeedState.NOT_ARMED
        && turn.outputs.timer == null) {
      turn.outputs.timer =
          context.timer(state, null, nowMillis + context.rules().policy().deadlineMillisMax());
    }
  }

  private void audit(
      NeedTurn turn, Direction direction, Envelope envelope, RecordPosition source, String note) {
    turn.outputs.audits.add(
        AuditEvent.ofEnvelope(
                direction,
                source.topic(),
                source.partition(),
                source.offset(),
                envelope.bytes(),
                envelope.lamport(),
                note)
            .withGas(context.gasOf(envelope)));
  }
}
