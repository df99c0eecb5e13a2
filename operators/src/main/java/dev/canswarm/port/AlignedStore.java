package dev.canswarm.port;

import dev.canswarm.clock.StoreClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.NeedId;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store whose rows say by the clock of this process when they were stored, so that timers compare
 * times of one clock, and of one that is never set. Thread-safe.
 */
public final class AlignedStore implements SlotStore {
  private final SlotStore store;
  private final TimeSource ours;
  private final StoreClock clock;

  /**
   * @param ours the clock of this process, which is never set; see {@link TimeSource#steady}
   */
  public AlignedStore(SlotStore store, TimeSource ours) {
    this.store = store;
    this.ours = ours;
    this.clock = new StoreClock(ours);
  }

  @Override
  public Mono<List<StoreOutcome>> store(TurnWrite write) {
    return Mono.defer(
        () -> {
          long askedMillis = ours.epochMillis();
          return store
              .store(write)
              .map(
                  outcomes -> {
                    compare(askedMillis, outcomes);
                    return outcomes.stream().map(this::aligned).toList();
                  });
        });
  }

  /** All rows that one write inserts have one time, that of the write. */
  private void compare(long askedMillis, List<StoreOutcome> outcomes) {
    for (StoreOutcome outcome : outcomes) {
      if (outcome instanceof StoreOutcome.Inserted inserted) {
        clock.compare(askedMillis, inserted.storedMillis());
        return;
      }
    }
  }

  private StoreOutcome aligned(StoreOutcome outcome) {
    if (outcome instanceof StoreOutcome.Inserted inserted) {
      return new StoreOutcome.Inserted(clock.toOurs(inserted.storedMillis()));
    }
    return outcome instanceof StoreOutcome.Held held
        ? new StoreOutcome.Held(aligned(held.row()))
        : outcome;
  }

  private SlotRow aligned(SlotRow row) {
    return row.storedAt(clock.toOurs(row.storedMillis()));
  }

  private List<SlotRow> aligned(List<SlotRow> rows) {
    return rows.stream().map(this::aligned).toList();
  }

  private OpenNeed aligned(OpenNeed open) {
    return new OpenNeed(
        open.needId(),
        open.threadId(),
        open.needSlot(),
        open.partition(),
        open.dueMillis(),
        clock.toOurs(open.storedMillis()));
  }

  @Override
  public Mono<List<SlotRow>> load(Collection<String> scopes) {
    return store.load(scopes).map(this::aligned);
  }

  @Override
  public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
    return store.find(keys).map(this::aligned);
  }

  @Override
  public Mono<List<SlotRow>> needs(Collection<NeedId> needIds) {
    return store.needs(needIds).map(this::aligned);
  }

  @Override
  public Mono<List<OpenNeed>> open(Collection<NeedId> needIds) {
    return store.open(needIds).map(found -> found.stream().map(this::aligned).toList());
  }

  @Override
  public Mono<TurnRead> read(Collection<NeedId> needIds, Collection<NeedId> ownIds) {
    return store
        .read(needIds, ownIds)
        .map(
            found ->
                new TurnRead(
                    aligned(found.own()),
                    aligned(found.rows()),
                    found.timers().stream().map(this::aligned).toList()));
  }

  @Override
  public Flux<OpenNeed> due(Collection<Integer> partitions, long nowMillis, int countMax) {
    return store.due(partitions, nowMillis, countMax).map(this::aligned);
  }

  @Override
  public Mono<Long> nextEpoch() {
    return store.nextEpoch();
  }

  @Override
  public Mono<Void> archive(String hash, String kind, byte[] bytes) {
    return store.archive(hash, kind, bytes);
  }

  @Override
  public Mono<byte[]> archived(String hash) {
    return store.archived(hash);
  }

  @Override
  public Flux<SlotRow> needs() {
    return store.needs().map(this::aligned);
  }

  @Override
  public Flux<SlotRow> rows() {
    return store.rows().map(this::aligned);
  }
}
