package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.protocol.DeadlineTracker;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of one turn for one NEED, computed as if every row of it will be stored, and computed
 * again if one was not. Used by one lane.
 */
final class Outputs {
  final List<PendingRow> rows = new ArrayList<>();
  final List<AuditEvent> audits = new ArrayList<>();
  final List<Effect> effects = new ArrayList<>();

  /** Grants that an agent here would claim, once there is room to run their tasks. */
  final TreeSet<Slot.Claim> grants = new TreeSet<>();

  /** Stored envelopes to send, parents before children. */
  final List<Envelope> sends = new ArrayList<>();

  /** NEEDs that the gateway here signed, sent each time that their intake record comes. */
  final List<Envelope> resends = new ArrayList<>();

  /** Slots of waiting envelopes that are refused by these outputs. */
  final TreeSet<Slot> refused = new TreeSet<>();

  /** Whether the NEED is over, so that a turn after the sends deletes its timer. */
  boolean over;

  /** When the NEED is due again, in milliseconds since 1970. */
  long nextMillis = DeadlineTracker.NEVER;

  /** The timer to write with the rows, or null. */
  @Nullable OpenNeed timer;

  /**
   * What could not be signed in this turn, since a key that is kept elsewhere gave no signature.
   */
  final Set<Emission> unsigned = new HashSet<>();

  /** Results of effects whose reaction could not be signed; they are taken in again later. */
  final List<Input.Result> again = new ArrayList<>();

  private final Map<String, PendingRow> byId = new HashMap<>();
  private final Map<String, PendingRow> bySlot = new HashMap<>();

  /** The smallest set of rows that contains or implies every row so far. */
  private List<PendingRow> frontier = List.of();

  private int roundBegin;

  /** Adds a row, to be found by its envelope's id as the basis of later rows. */
  PendingRow add(PendingRow row) {
    rows.add(row);
    byId.put(row.row().id(), row);
    bySlot.put(row.row().slot(), row);
    return row;
  }

  /** Returns the rows of this turn that an envelope names as its parents. */
  List<PendingRow> parentsOf(Envelope envelope) {
    List<PendingRow> parents = new ArrayList<>();
    for (EnvelopeId parent : envelope.parents()) {
      PendingRow row = byId.get(parent.text());
      if (row != null) {
        parents.add(row);
      }
    }
    return parents;
  }

  /** Returns the row of this turn for a slot in a list, which is empty if it was stored before. */
  List<PendingRow> filling(Slot slot) {
    PendingRow row = bySlot.get(slot.key());
    return row == null ? List.of() : List.of(row);
  }

  /**
   * Returns the basis of a row that is concluded from the whole view: all rows of this turn,
   * without those that other rows follow from.
   */
  List<PendingRow> basisOfAll() {
    List<PendingRow> basis = new ArrayList<>(frontier);
    for (PendingRow row : rows.subList(roundBegin, rows.size())) {
      // Nothing follows from a dead letter.
      if (!(row.origin() instanceof PendingRow.Origin.Refused)) {
        basis.add(row);
      }
    }
    return basis;
  }

  /** The rows added after a {@link #basisOfAll} all follow from it. */
  void concluded(int rowsBefore) {
    if (rows.size() > rowsBefore) {
      frontier = List.copyOf(rows.subList(rowsBefore, rows.size()));
      roundBegin = rows.size();
    }
  }

  /** Whether there are no outputs at all. */
  boolean isNothing() {
    return rows.isEmpty()
        && audits.isEmpty()
        && effects.isEmpty()
        && sends.isEmpty()
        && resends.isEmpty()
        && !over;
  }
}
