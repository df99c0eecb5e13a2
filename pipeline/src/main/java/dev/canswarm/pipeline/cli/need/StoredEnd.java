package dev.canswarm.pipeline.cli.need;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.kafka.MessageCheck;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.reader.CheckedNeed;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.Archive;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The end of a NEED as its slot in PostgreSQL holds it. A FINALIZE on the topic alone proves
 * nothing, even if a coordinator signed it: whoever has its key can send one that no process
 * admits.
 *
 * @param end the FINALIZE, if it is stored and verified
 * @param problem why the stored one is not; empty if it is, or if none is stored
 */
record StoredEnd(Optional<Envelope> end, String problem) {
  private static final StoredEnd NONE = new StoredEnd(Optional.empty(), "");

  /**
   * Reads the end of a NEED, and checks it by the control chain as it is stored now. Blocks.
   *
   * @throws dev.canswarm.port.RetryableException if the store is away
   */
  static StoredEnd read(DataAccess access, PostgresSlotStore store, Envelope need, TimeSource time)
      throws Exception {
    Duration wait = StoreAccess.wait(access);
    if (store.find(need.id().text(), Slot.FINALIZE.key()).blockOptional(wait).isEmpty()) {
      return NONE;
    }
    StoredCheck check = MessageCheck.ofStored(access, store, wait, time);
    List<SlotRow> rows = store.ofNeed(need.need()).blockOptional(wait).orElse(List.of());
    return of(need, rows, check, store, wait);
  }

  /**
   * Returns the end that rows hold, also if the NEED was decided under earlier files. Blocks.
   *
   * @param rows all that is stored of the NEED
   * @param wait longest wait for the archive
   */
  static StoredEnd of(
      Envelope need, List<SlotRow> rows, StoredCheck check, Archive archive, Duration wait) {
    return of(need, rows, check.withArchived(rows, archive).blockOptional(wait).orElse(check));
  }

  /**
   * Returns the end that rows hold.
   *
   * @param rows all that is stored of the NEED
   */
  static StoredEnd of(Envelope need, List<SlotRow> rows, StoredCheck check) {
    CheckedNeed checked = check.of(need.need(), need.threadId(), rows);
    Message end = checked.view().finalized();
    if (end != null) {
      return new StoredEnd(Optional.of(end.envelope()), "");
    }
    return rows.stream()
        .filter(row -> row.slot().equals(Slot.FINALIZE.key()))
        .findFirst()
        .map(row -> new StoredEnd(Optional.empty(), checked.problem(row)))
        .orElse(NONE);
  }

  /**
   * Whether a record is worth a look at the store: a FINALIZE of this NEED, by a key that was ever
   * a coordinator's.
   */
  static boolean isAnnounced(
      byte[] value, Envelope need, EnvelopeCodec codec, TrustRegistry everListed) {
    try {
      Envelope envelope = codec.decodeAndVerify(value);
      return envelope.verb() == Verb.FINALIZE
          && envelope.need().equals(need.need())
          && envelope.threadId().equals(need.threadId())
          && everListed.maySend(envelope.sender(), Verb.FINALIZE);
    } catch (RefusedException notOurs) {
      return false;
    }
  }
}
