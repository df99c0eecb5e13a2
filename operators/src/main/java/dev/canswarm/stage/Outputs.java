package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.protocol.DeadlineTracker;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one turn leads to for one NEED, as it would be if every row of it were stored. Made anew
 * when one was not. Used by one lane.
 */
final class Outputs {
  final List<PendingRow> rows = new ArrayList<>();
  final List<AuditEvent> audits = new ArrayList<>();
  final List<Effect> effects = new ArrayList<>();

  /** Grants that an agent here would claim, once there is room to run their tasks. */
  final TreeSet<Slot.Claim> grants = new TreeSet<>();

  /** Stored envelopes to send, parents before children. */
  final List<Envelope> sends = new ArrayList<>();

  /** NEEDs of the gateway here, sent each time that their intake record comes. */
  final List<Envelope> resends = new ArrayList<>();

  /** Slots of waiting envelopes that are refused by these outputs. */
  final TreeSet<Slot> refused = new TreeSet<>();

  /** Whether the NEED is over, so that its timer goes in a turn after the sends. */
  boolean over;

  /** When to look at the NEED again, in milliseconds since 1970. */
  long nextMillis = DeadlineTracker.NEVER;

  /** The timer to write with the rows, or null. */
  @Nullable OpenNeed timer;

  private final Map<String, PendingRow> byId = new HashMap<>();
  private final Map<String, PendingRow> bySlot = new HashMap<>();

  /** All rows follow, directly or not, from one of these or are one of these. */
  private List<PendingRow> frontier = List.of();

  private int roundBegin;

  /** Adds a row; what follows from its envelope finds it by that id. */
  PendingRow add(PendingRow row) {
    rows.add(row);
    byId.put(row.row().id(), row);
    bySlot.put(row.row().slot(), row);
    return row;
  }

  /** Rows of this turn that an envelope names as its parents. */
  List<PendingRow> parentsOf(Envelope envelope) {
    List<PendingRow> parents = new ArrayList<>();
    for (String parent : envelope.parents()) {
      PendingRow row = byId.get(parent);
      if (row != null) {
        parents.add(row);
      }
    }
    return parents;
  }

  /** The row of this turn for a slot, alone in a list; none where it was stored before. */
  List<PendingRow> filling(Slot slot) {
    PendingRow row = bySlot.get(slot.key());
    return row == null ? List.of() : List.of(row);
  }

  /**
   * The rows of this turn that whatever is concluded from the whole view follows from: all there
   * are, less those that others of them follow from.
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

  /** Whether there is nothing to do. */
  boolean isNothing() {
    return rows.isEmpty()
        && audits.isEmpty()
        && effects.isEmpty()
        && sends.isEmpty()
        && resends.isEmpty()
        && !over;
  }
}
