package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Admits entries of the control chain. They belong to no NEED, so any process stores one that fits
 * the last entry, whichever partition it came from. Used by one lane.
 */
final class ControlRecords {
  /** How long an entry waits for the one before it. */
  static final long WAIT_MILLIS_MAX = 30_000;

  /** Most entries that wait; further ones are refused. */
  static final int WAITING_MAX = 64;

  private final StageContext context;

  /** When each waiting entry came first, by its position. */
  private final Map<String, Long> waiting = new HashMap<>();

  ControlRecords(StageContext context) {
    this.context = context;
  }

  /** Returns the row to store for an entry; null if it has to wait for the one before it. */
  Turn.@Nullable Stateless of(Input.Arrival arrival, Envelope entry, Control control) {
    ControlHeads.Place place;
    try {
      place = context.heads().place(entry, control);
    } catch (RefusedException e) {
      waitsNoMore(arrival);
      return refused(arrival, e);
    }
    if (place != ControlHeads.Place.LATER) {
      waitsNoMore(arrival);
    }
    return switch (place) {
      case KNOWN -> audited(arrival, entry, Direction.DELIVERED, "");
      case TAKEN -> audited(arrival, entry, Direction.SUPERSEDED, "another entry has its number");
      case NEXT -> next(arrival, entry, control);
      case LATER -> later(arrival);
    };
  }

  /** Leaves the room of an entry that waited to others, whatever becomes of it. */
  private void waitsNoMore(Input.Arrival arrival) {
    waiting.remove(arrival.source().toString());
  }

  private Turn.Stateless next(Input.Arrival arrival, Envelope entry, Control control) {
    SlotRow row = context.rows().candidate(Slot.control(control.number()), entry, List.of());
    return new Turn.Stateless(
        arrival, new PendingRow(row, List.of(), new PendingRow.Origin.Came(entry, control)), null);
  }

  private Turn.@Nullable Stateless later(Input.Arrival arrival) {
    String position = arrival.source().toString();
    long nowMillis = context.time().epochMillis();
    long firstMillis = waiting.getOrDefault(position, nowMillis);
    if (nowMillis - firstMillis >= WAIT_MILLIS_MAX
        || (waiting.size() >= WAITING_MAX && !waiting.containsKey(position))) {
      waitsNoMore(arrival);
      return refused(
          arrival,
          new RefusedException(
              Reason.WRONG_HEAD, "never saw the entries of the control chain before it"));
    }
    waiting.put(position, firstMillis);
    return null;
  }

  private Turn.Stateless refused(Input.Arrival arrival, RefusedException refusal) {
    Decoded.Refused refused = new Decoded.Refused(refusal.reason(), "store", refusal.detail());
    return new Turn.Stateless(
        arrival, context.deadLetters().row(DeadLetters.letter(arrival, refused), List.of()), null);
  }

  private static Turn.Stateless audited(
      Input.Arrival arrival, Envelope entry, Direction direction, String note) {
    Turn.Stateless record = new Turn.Stateless(arrival, null, null);
    record.audits.add(event(arrival, entry, direction, note));
    return record;
  }

  /** Notes what the slot of an entry holds, once it is filled. */
  static void filled(Turn.Stateless record, Envelope entry, boolean isStored) {
    record.audits.add(
        isStored
            ? event(record.arrival, entry, Direction.DELIVERED, "")
            : event(record.arrival, entry, Direction.SUPERSEDED, "another entry has its number"));
  }

  private static AuditEvent event(
      Input.Arrival arrival, Envelope entry, Direction direction, String note) {
    return AuditEvent.ofEnvelope(
        direction,
        arrival.source().topic(),
        arrival.source().partition(),
        arrival.source().offset(),
        entry.bytes(),
        entry.lamport(),
        note);
  }
}
