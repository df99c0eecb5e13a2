package dev.canswarm.stage;

import dev.canswarm.envelope.Kind;
import dev.canswarm.port.Bus;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

  /**
   * The entry of a NEED; to be called in its lane. Where the store has to be read, what agents of
   * this process said is sent unless it is known to be on its topic: another process may have read
   * it from the store and followed it up before this one sent it. Once the NEED is over, that goes
   * only for what nobody followed up, and for what a failure here may have kept back.
   */
  Mono<NeedEntry> get(String needId, String threadId) {
    return Mono.defer(
        () -> {
          NeedEntry cached = cache.get(NeedEntry.keyOf(needId, threadId));
          NeedEntry entry = cached != null ? cached : new NeedEntry(needId, threadId);
          follow(entry);
          if (cached != null && !entry.isStale()) {
            return Mono.just(entry);
          }
          boolean failed = cached != null;
          return read(entry)
              .doOnNext(
                  read -> {
                    boolean over = read.full().finalized() != null;
                    if (over && read.isClosed() && !failed) {
                      // Sent and acknowledged: whoever answered late news with old news would be
                      // answered in turn.
                      return;
                    }
                    List<Message> open = over && !failed ? read.leaves() : read.messages();
                    send(read, open.stream().filter(this::isOurs));
                  });
        });
  }

  /**
   * The entry of a NEED with all that is stored by now, its own part included; for a wake. Whatever
   * nobody followed up yet is sent, whoever said it: they may have died before they sent it, with
   * nothing left to be delivered to them.
   *
   * @param timer stays as it is until the caller has done what it was for
   */
  Mono<NeedEntry> reload(OpenNeed timer) {
    String needId = timer.needId();
    String threadId = timer.threadId();
    return Mono.defer(
        () -> {
          NeedEntry cached = cache.get(NeedEntry.keyOf(needId, threadId));
          NeedEntry entry = cached != null ? cached : new NeedEntry(needId, threadId);
          follow(entry);
          boolean failed = cached != null && entry.isStale();
          entry.showAll();
          entry.forgive();
          entry.armed(timer.dueMillis());
          entry.open();
          return read(entry)
              .doOnNext(
                  read -> {
                    send(read, read.leaves().stream());
                    if (failed) {
                      send(read, read.messages().stream().filter(this::isOurs));
                    }
                  });
        });
  }

  /** Adds what others have stored by now and this process has not seen on the bus. */
  Mono<NeedEntry> refresh(NeedEntry entry) {
    return read(entry);
  }

  /**
   * What other processes of the group took while they had the partition came to them alone. Looked
   * up before anything is hidden: what this process sends from here on comes to it, or the number
   * is another one next time.
   */
  private void follow(NeedEntry entry) {
    Bus bus = context.bus();
    long assignment = bus.assignment(bus.partitionOf(entry.threadId()));
    if (entry.assignment() != assignment) {
      entry.movedTo(assignment);
    }
  }

  private static void send(NeedEntry entry, Stream<Message> messages) {
    messages.forEach(message -> entry.markUnsent(message.envelope()));
  }

  /** After a failure: the next look reads the store. */
  void forget(String key) {
    cache.forget(key);
  }

  /** The NEED is over and its timer gone: what comes late is looked up. */
  void drop(String key) {
    cache.drop(key);
  }

  private boolean isOurs(Message message) {
    return context.answersFor(message.envelope());
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
                    .map(
                        need ->
                            fillIn(
                                entry,
                                both.getT1(),
                                need.orElse(null),
                                both.getT2().orElse(null))));
  }

  /**
   * The NEED stands in its thread's scope; its timer says where, and without one it is searched.
   */
  private Mono<SlotRow> needRow(NeedEntry entry, List<SlotRow> rows, @Nullable OpenNeed open) {
    String slot =
        open == null || !open.threadId().equals(entry.threadId()) ? null : open.needSlot();
    if (slot != null) {
      return context.store().find(entry.threadId(), slot);
    }
    // A NEED that is over is not looked for: its thread may hold any number of them.
    boolean isOver = rows.stream().anyMatch(row -> row.kind().equals(Kind.FINALIZE.name()));
    boolean wasClosed = open == null && !rows.isEmpty();
    return wasClosed && !isOver
        ? context
            .store()
            .load(entry.threadId())
            .flatMapIterable(all -> all)
            .filter(row -> row.id().equals(entry.needId()))
            .next()
        : Mono.empty();
  }

  /** What this process hides from its own roles stays hidden. */
  private NeedEntry fillIn(
      NeedEntry entry, List<SlotRow> rows, @Nullable SlotRow need, @Nullable OpenNeed open) {
    List<Stored> found =
        rows.stream()
            .filter(row -> row.threadId().equals(entry.threadId()))
            .filter(row -> row.needId().equals(entry.needId()))
            .filter(row -> !entry.filled(row.slot()))
            .map(context.rows()::stored)
            .toList();
    // To a process that watches the NEED it is new; to one that begins to, of unknown age.
    boolean watches = cache.get(entry.key()) == entry && !entry.isStale();
    entry.add(found, watches ? (Long) context.time().epochMillis() : null);
    if (need != null && need.id().equals(entry.needId()) && !entry.filled(need.slot())) {
      entry.show(context.rows().stored(need));
    }
    if (open == null && entry.full().finalized() != null) {
      entry.close();
    }
    // Who does not know the timer must not put it off: it may be due, and somebody about to wake.
    if (open != null
        && open.threadId().equals(entry.threadId())
        && entry.armedMillis() == NeedEntry.NOT_ARMED) {
      entry.armed(open.dueMillis());
    }
    entry.fresh();
    cache.put(entry);
    return entry;
  }
}
