package dev.canswarm.pipeline.cli.need;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Idempotency;
import dev.canswarm.protocol.Slot;
import java.util.Optional;
import java.util.function.Function;

/**
 * A NEED with an idempotency key, which may be stored already, from an earlier or another sender.
 * Not thread-safe; blocks.
 */
final class KeyedNeed {
  private final DataAccess access;
  private final EnvelopeCodec codec;
  private final Slot slot;
  private final Envelope need;
  private Optional<Envelope> first = Optional.empty();

  /**
   * @param slot of the key in the NEED's thread
   */
  KeyedNeed(DataAccess access, EnvelopeCodec codec, Slot slot, Envelope need) {
    this.access = access;
    this.codec = codec;
    this.slot = slot;
    this.need = need;
  }

  /**
   * Looks up the key before anything is sent.
   *
   * @throws RefusedException as {@link #stored}
   */
  void lookUp() {
    first = stored();
  }

  /** Returns the NEED that had the key at {@link #lookUp}. */
  Optional<Envelope> first() {
    return first;
  }

  /**
   * The NEED that has the key: empty if none is stored, or while the store is away.
   *
   * @throws RefusedException IDEMPOTENCY_CONFLICT if it asks for something else
   */
  Optional<Envelope> stored() {
    Optional<Envelope> held =
        find(need.threadId().text(), slot).map(row -> codec.decodeAndVerify(row.bytes()));
    if (held.isPresent() && Idempotency.conflicts(need, held.get())) {
      throw Idempotency.refusal(held.get());
    }
    return held;
  }

  private Optional<SlotRow> find(String scope, Slot wanted) {
    return with(store -> store.find(scope, wanted.key()).blockOptional(StoreAccess.wait(access)));
  }

  private Optional<SlotRow> with(Function<PostgresSlotStore, Optional<SlotRow>> read) {
    try {
      PostgresSlotStore store = StoreAccess.open(access);
      try {
        return read.apply(store);
      } finally {
        store.closeLater().block(StoreAccess.CLOSE_MAX);
      }
    } catch (CommandException | RetryableException away) {
      return Optional.empty();
    }
  }
}
