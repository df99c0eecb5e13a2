package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.protocol.payload.Payload;
import java.util.List;

/**
 * A row that a turn wants to store.
 *
 * @param basis rows of the same NEED and turn that it was derived from
 * @param origin why it is to be stored, which determines what happens once the slot is filled
 * @param pin as that of a {@link Candidate}
 */
record PendingRow(SlotRow row, List<PendingRow> basis, Origin origin, long pin) {
  /** A row that depends on no head of the control chain. */
  PendingRow(SlotRow row, List<PendingRow> basis, Origin origin) {
    this(row, basis, origin, Candidate.UNPINNED);
  }

  PendingRow {
    basis = List.copyOf(basis);
  }

  /** The reason why a row is to be stored. */
  sealed interface Origin {
    /** An envelope that came from the bus and counts now. */
    record Came(Envelope envelope, Payload payload) implements Origin {}

    /** An envelope of an agent here, to be sent. */
    record Said(Envelope envelope, Payload payload) implements Origin {}

    /** A second row of an envelope that is stored already, to be sent. */
    record Repeated() implements Origin {}

    /** A NEED that the gateway here signed, to be sent. */
    record Submitted(Envelope envelope, Payload payload) implements Origin {}

    /** A verdict, which is never sent. */
    record Judged() implements Origin {}

    /** An envelope that waits for its parents. */
    record Waits() implements Origin {}

    /** A refused record: the process that fills the slot sends the dead letter. */
    record Refused(DeadLetters.Letter letter) implements Origin {}
  }

  /**
   * Whether the slot holds this row, on which the roles reacted. For a dead letter any row in the
   * slot is right: it only names the process that sends it.
   */
  boolean stands(StoreOutcome outcome) {
    if (outcome instanceof StoreOutcome.Held held) {
      return origin instanceof Origin.Refused || held.row().sameAnswer(row);
    }
    return outcome instanceof StoreOutcome.Inserted;
  }

  // Identity: two candidates for one slot are two rows.
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return row.hashCode();
  }

  @Override
  public String toString() {
    return row.toString();
  }
}
