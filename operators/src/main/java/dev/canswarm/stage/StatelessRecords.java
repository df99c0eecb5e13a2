package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Idempotency;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/**
 * Handles records that are kept in no state: those without a NEED, and those whose NEED has another
 * partition number. They are refused, sent on to the right partition, or turned into a NEED.
 */
final class StatelessRecords {
  private StatelessRecords() {}

  /**
   * Returns the row to store or the message to send for such a record.
   *
   * @param headNumber of the head of the control chain under which the record was judged
   */
  static Turn.Stateless of(Input.Arrival arrival, long headNumber, StageContext context) {
    if (arrival.decoded() instanceof Decoded.Refused refused) {
      return new Turn.Stateless(
          arrival,
          context.deadLetters().row(DeadLetters.letter(arrival, refused), List.of()),
          null);
    }
    if (arrival.decoded() instanceof Decoded.Intake intake) {
      return submitted(arrival, intake.need(), intake.payload(), headNumber, context);
    }
    Turn.Stateless moved = new Turn.Stateless(arrival, null, null);
    moved.sends.add(record(((Decoded.Valid) arrival.decoded()).envelope()));
    return moved;
  }

  private static Turn.Stateless submitted(
      Input.Arrival arrival,
      Envelope need,
      Payload payload,
      long headNumber,
      StageContext context) {
    Slot slot = Verbs.slot(need, payload, context.heads().listed());
    SlotRow row = context.rows().candidate(slot, need, List.of());
    OpenNeed timer =
        new OpenNeed(
            need.need(),
            need.threadId(),
            slot.key(),
            context.bus().partitionOf(need.threadId()),
            context.time().epochMillis() + context.rules().policy().planMillis(),
            0);
    return new Turn.Stateless(
        arrival,
        new PendingRow(row, List.of(), new PendingRow.Origin.Submitted(need, payload), headNumber),
        timer);
  }

  /**
   * Adds what to send and to audit once the record's slot is filled. For an intake record that is
   * the NEED in the slot, even if another process stored it.
   *
   * @return whether a dead letter has to be stored for the record, since the NEED in the slot has
   *     the same idempotency key and another payload
   */
  static boolean filled(Turn.Stateless record, SlotRow held, StageContext context) {
    PendingRow row = record.row;
    if (row == null) {
      return false;
    }
    if (row.origin() instanceof PendingRow.Origin.Refused refused) {
      if (context.deadLetters().isOurs(held)) {
        record.sends.add(DeadLetters.message(refused.letter()));
        record.audits.add(DeadLetters.event(refused.letter()));
      }
    } else if (row.origin() instanceof PendingRow.Origin.Came came) {
      ControlRecords.filled(record, came.envelope(), held.sameAnswer(row.row()));
    } else if (row.origin() instanceof PendingRow.Origin.Submitted submitted) {
      Envelope need =
          held.sameAnswer(row.row()) ? submitted.envelope() : context.rows().envelope(held);
      if (Idempotency.conflicts(submitted.envelope(), need)) {
        refuse(record, need, context);
        return true;
      }
      record.sends.add(record(need));
      record.audits.add(published(need, context.gasOf(need)));
    }
    return false;
  }

  private static void refuse(Turn.Stateless record, Envelope held, StageContext context) {
    RefusedException refusal = Idempotency.refusal(held);
    Decoded.Refused refused = new Decoded.Refused(refusal.reason(), "intake", refusal.detail());
    record.row = context.deadLetters().row(DeadLetters.letter(record.arrival, refused), List.of());
    record.timer = null;
  }

  /** Returns the Kafka record that carries an envelope. */
  static OutgoingRecord record(Envelope envelope) {
    return new OutgoingRecord(
        envelope.verb().topic(),
        envelope.threadId().text().getBytes(StandardCharsets.UTF_8),
        envelope.bytes(),
        new TreeMap<>());
  }

  /**
   * The audit event of an envelope that is sent.
   *
   * @param gas what the policy's rules use for it; 0 if they do not judge it
   */
  static AuditEvent published(Envelope envelope, long gas) {
    return AuditEvent.ofEnvelope(
            Direction.PUBLISHED,
            envelope.verb().topic(),
            -1,
            -1,
            envelope.bytes(),
            envelope.lamport(),
            "")
        .withGas(gas);
  }
}
