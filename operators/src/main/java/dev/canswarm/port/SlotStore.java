package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * The write-once slots, on which everything else depends: they are op-log, outbox and source for
 * replay in one. The port includes the other ones of the store, since a turn arms and closes timers
 * in the transaction of its rows. Code that needs only one of these depends on {@link TimerStore},
 * {@link EpochStore}, {@link Archive} or {@link OpLogReader} instead.
 *
 * <p>Every method is non-blocking and safe to call from any thread. A failure of the store itself
 * is an error {@link RetryableException}: the same call may be repeated, since a filled slot keeps
 * its first answer.
 */
public interface SlotStore extends TimerStore, EpochStore, Archive, OpLogReader {
  /**
   * Writes a turn in one transaction. A candidate is inserted only if every row of its basis was
   * inserted by this write, or was held before with the same bytes; what this write could not see
   * when it began counts as not held. Timers, closings and abandonments take effect even if no
   * candidate is stored.
   *
   * <p>A candidate that pins a head of the control chain is left out if a later entry of the chain
   * was stored before this write. A write that stores such a candidate is over before the next
   * entry is stored, unless it stores that entry itself.
   *
   * <p>Of two candidates for one slot the first one is stored; candidates that depend on the other
   * are left out.
   *
   * @return when durable: one outcome for each candidate, in their order. A call that failed as
   *     retryable may have been carried out all the same; repeated, its rows are held
   */
  Mono<List<StoreOutcome>> store(TurnWrite write);

  /** All rows of all these scopes, each scope's together and in the order of their slots. */
  Mono<List<SlotRow>> load(Collection<String> scopes);

  /** The rows that fill these slots, in any order; none for a slot that is empty. */
  Mono<List<SlotRow>> find(Collection<SlotKey> keys);

  /**
   * The rows of the NEEDs with these ids, of any thread, in any order; none for an id that no NEED
   * has. A NEED is in the scope of its thread, and what follows from it in the scope of its own id.
   * The cost does not depend on how long a thread is.
   */
  Mono<List<SlotRow>> needs(Collection<NeedId> needIds);

  /**
   * What a turn reads of NEEDs: what {@link #load}, {@link #needs} and {@link #open} have of them,
   * in one call.
   *
   * @param needIds whose scopes and timers to read
   * @param ownIds whose own rows to read as well
   */
  default Mono<TurnRead> read(Collection<NeedId> needIds, Collection<NeedId> ownIds) {
    return Mono.zip(needs(ownIds), load(needIds.stream().map(NeedId::text).toList()), open(needIds))
        .map(all -> new TurnRead(all.getT1(), all.getT2(), all.getT3()));
  }

  /** All rows of a scope, in the order of their slots. */
  default Mono<List<SlotRow>> load(String scope) {
    return load(List.of(scope));
  }

  /** All rows of a NEED: its own, and those of its scope in the order of their slots. */
  default Mono<List<SlotRow>> ofNeed(NeedId needId) {
    return Mono.zip(needs(List.of(needId)), load(needId.text()))
        .map(both -> Stream.concat(both.getT1().stream(), both.getT2().stream()).toList());
  }

  /** Returns the row that fills a slot; empty if the slot is free. */
  default Mono<SlotRow> find(String scope, String slot) {
    return find(List.of(new SlotKey(scope, slot)))
        .flatMap(rows -> Mono.justOrEmpty(rows.stream().findFirst()));
  }
}
