package dev.canswarm.stage;

import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What this process knows of NEEDs: from its cache, or else from the store. */
final class NeedEntries {
  private final StageContext context;
  private final NeedCache cache;

  NeedEntries(StageContext context) {
    this.context = context;
    this.cache = new NeedCache(context.needsCachedMax());
  }

  /** The entry of a NEED; to be called in its lane. */
  Mono<NeedEntry> get(String needId, String threadId) {
    return Mono.defer(
        () -> {
          NeedEntry cached = cache.get(needId);
          return cached != null ? Mono.just(cached) : read(new NeedEntry(needId, threadId));
        });
  }

  /** The entry of a NEED with all that is stored by now, its own part included; for a wake. */
  Mono<NeedEntry> reload(String needId, String threadId) {
    return Mono.defer(
        () -> {
          NeedEntry cached = cache.get(needId);
          NeedEntry entry = cached != null ? cached : new NeedEntry(needId, threadId);
          entry.showAll();
          entry.forgive();
          entry.armed(NeedEntry.NOT_ARMED);
          return read(entry);
        });
  }

  void forget(String needId) {
    cache.forget(needId);
  }

  private Mono<NeedEntry> read(NeedEntry entry) {
    SlotStore store = context.store();
    Mono<List<SlotRow>> rows = store.load(entry.needId());
    Mono<Optional<OpenNeed>> open =
        store.open(entry.needId()).map(Optional::of).defaultIfEmpty(Optional.empty());
    return Mono.zip(rows, open)
        .flatMap(
            both ->
                needRow(entry, both.getT1(), both.getT2().orElse(null))
                    .map(Optional::of)
                    .defaultIfEmpty(Optional.empty())
                    .map(need -> fillIn(entry, both.getT1(), need.orElse(null))));
  }

  /**
   * The NEED stands in its thread's scope; its timer says where, and without one it is searched.
   */
  private Mono<SlotRow> needRow(NeedEntry entry, List<SlotRow> rows, @Nullable OpenNeed open) {
    String slot = open == null ? null : open.needSlot();
    if (slot != null) {
      return context.store().find(entry.threadId(), slot);
    }
    boolean isOver = open == null && !rows.isEmpty();
    return isOver
        ? context
            .store()
            .load(entry.threadId())
            .flatMapIterable(all -> all)
            .filter(row -> row.id().equals(entry.needId()))
            .next()
        : Mono.empty();
  }

  private NeedEntry fillIn(NeedEntry entry, List<SlotRow> rows, @Nullable SlotRow need) {
    rows.forEach(row -> entry.show(context.rows().stored(row)));
    if (need != null) {
      entry.show(context.rows().stored(need));
    }
    entry.leaves().stream()
        .filter(leaf -> context.answersFor(leaf.envelope()))
        .forEach(leaf -> entry.markUnsent(leaf.envelope()));
    cache.put(entry);
    return entry;
  }
}
