package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Verbs;
import java.util.Arrays;
import java.util.List;

/** Converts between rows of the op-log and the messages that roles read. Pure. */
public final class RowCodec {
  private final EnvelopeCodec codec;

  public RowCodec(EnvelopeCodec codec) {
    this.codec = codec;
  }

  /**
   * Decodes a row of a NEED's scope, or the NEED's own.
   *
   * @throws RuntimeException if the row is not what was once checked: the store is damaged
   */
  public Stored stored(SlotRow row) {
    if (row.kind().equals(SlotRow.VERDICT)) {
      return new Stored.Judged(
          Slot.parse(row.slot()), Verdict.parse(row.bytes()), row.storedMillis());
    }
    Envelope envelope = codec.decode(row.bytes());
    return stored(
        Slot.parse(row.slot()), row, envelope, Verbs.payload(envelope.verb(), envelope.payload()));
  }

  /**
   * Does the same as {@link #stored(SlotRow)} for a slot that this process tried to fill. If the
   * row holds the candidate, as it usually does, it is not decoded again.
   *
   * @param slot the row's, as a value
   */
  public Stored storedAfter(Slot slot, SlotRow row, Envelope candidate, Payload payload) {
    return Arrays.equals(row.bytes(), candidate.bytes())
        ? stored(slot, row, candidate, payload)
        : stored(row);
  }

  private static Stored stored(Slot slot, SlotRow row, Envelope envelope, Payload payload) {
    return row.kind().equals(SlotRow.WAIT)
        ? new Stored.Waiting((Slot.Waiting) slot, envelope, payload, row.storedMillis())
        : new Stored.Message(slot, envelope, payload, row.storedMillis());
  }

  /** Returns the envelope of a row that holds one. */
  public Envelope envelope(SlotRow row) {
    return codec.decode(row.bytes());
  }

  /** Returns a row that would fill the slot with the envelope. */
  public SlotRow candidate(Slot slot, Envelope envelope, List<PlanOp> ops) {
    return row(Slot.scopeOf(envelope), slot, envelope.verb().name(), envelope, ops);
  }

  /** Returns the row of an envelope that waits for a parent. */
  public SlotRow waiting(Slot.Waiting slot, Envelope envelope) {
    return row(envelope.need().text(), slot, SlotRow.WAIT, envelope, List.of());
  }

  private static SlotRow row(
      String scope, Slot slot, String kind, Envelope envelope, List<PlanOp> ops) {
    return new SlotRow(
        scope,
        slot.key(),
        envelope.id().text(),
        envelope.verb().isOfNoNeed() ? null : envelope.need(),
        envelope.threadId(),
        kind,
        envelope.sender().base64(),
        envelope.lamport(),
        envelope.timestampNs(),
        envelope.bytes(),
        PlanOp.toJson(ops),
        0);
  }

  /** Returns the row of a verdict. */
  public SlotRow verdict(NeedId needId, ThreadId threadId, Verdict verdict) {
    return new SlotRow(
        needId.text(),
        verdict.slot().key(),
        verdict.id(),
        needId,
        threadId,
        SlotRow.VERDICT,
        "",
        0,
        0,
        verdict.toBytes(),
        PlanOp.toJson(verdict.ops()),
        0);
  }
}
