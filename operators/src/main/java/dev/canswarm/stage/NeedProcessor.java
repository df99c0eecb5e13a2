package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Kind;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.Admission;
import dev.canswarm.protocol.Answer;
import dev.canswarm.protocol.Clockwork;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Ops;
import dev.canswarm.protocol.Slots;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Takes in what concerns one NEED: stores it in its slot, lets the roles react to the whole stored
 * set, and sends what follows. A Mono of this class completes when all effects and sends are
 * durable, and only then may the record be acknowledged; run again it does the same again and sends
 * the same bytes.
 *
 * <p>Thread-safe and non-blocking; what concerns one NEED runs in its lane, one after the other.
 */
public final class NeedProcessor {
  /** Envelopes of one NEED that wait for parents; more are refused, or waiting had no bound. */
  static final int WAITING_MAX = 256;

  /** Looks of one wake after its first; mostly one finds nothing left to do. */
  private static final int LOOKS_MAX = 8;

  private final StageContext context;
  private final NeedLanes lanes = new NeedLanes();
  private final NeedEntries entries;
  private final Settler settler;
  private final Dispatcher dispatcher;

  /** A processor with its own lanes and cache. */
  public NeedProcessor(
      StageContext context, EffectRunner effects, TaskPermits permits, DeadLetters deadLetters) {
    this.context = context;
    this.entries = new NeedEntries(context);
    this.settler = new Settler(context);
    this.dispatcher = new Dispatcher(context, effects, permits, deadLetters, this::answered);
  }

  /**
   * A valid envelope that came from the bus.
   *
   * @return completes when its effects and sends are durable; an error {@link RefusedException}
   *     when it does not fit what is stored
   */
  public Mono<Void> deliver(Envelope envelope, Payload payload, Source source) {
    return inLane(
        envelope,
        entry -> {
          List<AuditEvent> audits = new ArrayList<>();
          return admit(entry, envelope, payload, source, audits)
              .then(Mono.defer(() -> settler.settle(entry, audits)));
        });
  }

  /**
   * A NEED that this process signed for somebody: stores it and sends what its slot holds.
   *
   * @return completes when it is sent
   */
  public Mono<Void> originate(Envelope need, Payload payload) {
    return inLane(
        need,
        entry ->
            entry.full().finalized() != null
                ? Mono.just(Work.nothing(entry))
                : fill(entry, need, payload)
                    .map(
                        held -> {
                          Envelope winner = held.envelope();
                          if (winner.id().equals(need.id())) {
                            entry.hide(held, context.time().epochMillis());
                          }
                          return Work.sending(entry, List.of(winner));
                        }));
  }

  /**
   * A timer that ran out: looks at the whole stored set, sends what may not have been sent. The
   * timer is put off last of all: whatever fails before, or dies, leaves it due.
   */
  public Mono<Void> wake(OpenNeed timer) {
    String key = NeedEntry.keyOf(timer.needId(), timer.threadId());
    return lanes
        .run(
            key,
            () ->
                entries
                    .reload(timer)
                    .flatMap(entry -> settler.settle(entry, List.of()))
                    .map(work -> withOrphans(work, timer)))
        .flatMap(
            work ->
                dispatchAndPutOff(work, timer, LOOKS_MAX)
                    .then(Mono.defer(() -> closeSuperseded(work, timer))))
        .onErrorResume(error -> forget(key, error));
  }

  private Mono<Void> dispatchAndPutOff(Work work, OpenNeed timer, int looksLeft) {
    return dispatch(work)
        .then(Mono.defer(() -> work.over() ? Mono.empty() : putOff(timer, looksLeft)));
  }

  /**
   * Looks again until nothing is left to do, and then sets the timer to when something will be.
   *
   * @param looksLeft after so many it stays due, and a later sweep goes on
   */
  private Mono<Void> putOff(OpenNeed timer, int looksLeft) {
    if (looksLeft == 0) {
      return Mono.empty();
    }
    return lanes
        .run(
            NeedEntry.keyOf(timer.needId(), timer.threadId()),
            () ->
                entries
                    .get(timer.needId(), timer.threadId())
                    .flatMap(entry -> settler.settle(entry, List.of()))
                    .flatMap(work -> work.isNothing() ? rearm(work, timer) : Mono.just(work)))
        .flatMap(
            work ->
                work.isNothing() ? Mono.empty() : dispatchAndPutOff(work, timer, looksLeft - 1));
  }

  /** A timer of a partition that went to another process is no longer ours to set. */
  private Mono<Work> rearm(Work work, OpenNeed timer) {
    if (!context.bus().assignedPartitions().contains(timer.partition())) {
      return Mono.just(work);
    }
    work.entry().armed(NeedEntry.NOT_ARMED);
    return settler.arm(work);
  }

  /**
   * A NEED and its timer are stored at once. Where the slot is known and the NEED is not there,
   * another with the same idempotency key has the slot, and this one is none.
   */
  private Mono<Void> closeSuperseded(Work work, OpenNeed timer) {
    return work.entry().full().need() == null && timer.needSlot() != null
        ? context.store().close(timer.needId())
        : Mono.empty();
  }

  /** A NEED that was only ever referred to and never came: what waits for it is answered. */
  private Work withOrphans(Work work, OpenNeed timer) {
    boolean late = context.time().epochMillis() >= timer.dueMillis();
    NeedView view = work.entry().full();
    if (view.need() != null || view.finalized() != null || !late) {
      return work;
    }
    return new Work(
        work.entry(),
        work.sends(),
        List.of(),
        work.audits(),
        Settler.orphans(work.entry()),
        true,
        Clockwork.NEVER);
  }

  private Mono<Void> answered(NeedEntry asked, Effect effect, Answer answer) {
    return lanes
        .run(
            asked.key(),
            () ->
                entries
                    .get(asked.needId(), asked.threadId())
                    .flatMap(entry -> settler.answer(entry, effect, answer))
                    .flatMap(settler::arm))
        .flatMap(this::dispatch)
        .onErrorResume(error -> forget(asked.key(), error));
  }

  private Mono<Void> inLane(Envelope envelope, Function<NeedEntry, Mono<Work>> job) {
    String key = NeedEntry.keyOf(envelope.need(), envelope.threadId());
    return lanes
        .run(
            key,
            () ->
                entries
                    .get(envelope.need(), envelope.threadId())
                    .flatMap(job)
                    .flatMap(settler::arm))
        .flatMap(this::dispatch)
        .onErrorResume(error -> forget(key, error));
  }

  /** What is over is dropped: finished NEEDs are the most, and seldom asked for again. */
  private Mono<Void> dispatch(Work work) {
    Mono<Void> done = dispatcher.dispatch(work);
    return work.over() ? done.doOnSuccess(over -> entries.drop(work.entry().key())) : done;
  }

  /** After a failure nothing that is remembered can be relied on: the next try reads the store. */
  private <T> Mono<T> forget(String key, Throwable error) {
    if (!(error instanceof RefusedException)) {
      entries.forget(key);
    }
    return Mono.error(error);
  }

  private Mono<Void> admit(
      NeedEntry entry, Envelope envelope, Payload payload, Source source, List<AuditEvent> audits) {
    if (isKnown(entry, envelope, source, audits)) {
      return Mono.empty();
    }
    if (envelope.kind() == Kind.NEED && entry.full().finalized() != null) {
      audits.add(delivered(Direction.DELIVERED, envelope, source, "the NEED is over"));
      return Mono.empty();
    }
    if (entry.full().hasParentsOf(envelope)) {
      return admitFitting(entry, envelope, payload, source, audits);
    }
    // Whoever said it stored its parents first: most often they are in the store, not to come.
    return entries
        .refresh(entry)
        .flatMap(
            read -> {
              if (isKnown(entry, envelope, source, audits)) {
                return Mono.empty();
              }
              return entry.full().hasParentsOf(envelope)
                  ? admitFitting(entry, envelope, payload, source, audits)
                  : keepWaiting(entry, envelope, source, audits);
            });
  }

  private static boolean isKnown(
      NeedEntry entry, Envelope envelope, Source source, List<AuditEvent> audits) {
    Message known = entry.full().byId(envelope.id());
    if (known == null) {
      return false;
    }
    entry.show(known);
    entry.markOnTopic(envelope.id());
    audits.add(delivered(Direction.DELIVERED, known.envelope(), source, ""));
    return true;
  }

  private Mono<Void> admitFitting(
      NeedEntry entry, Envelope envelope, Payload payload, Source source, List<AuditEvent> audits) {
    Admission.check(envelope, payload, entry.full());
    return fill(entry, envelope, payload)
        .flatMap(
            held -> {
              entry.markOnTopic(envelope.id());
              entry.witness(held, context.time().epochMillis());
              if (held.id().equals(envelope.id())) {
                audits.add(delivered(Direction.DELIVERED, held.envelope(), source, ""));
                return Mono.empty();
              }
              audits.add(
                  delivered(
                      Direction.SUPERSEDED,
                      envelope,
                      source,
                      supersededBy(envelope, payload, held)));
              return superseded(entry, envelope, payload, held);
            });
  }

  /** Why a candidate did not count. */
  private static String supersededBy(Envelope envelope, Payload payload, Message held) {
    boolean isOpposite =
        payload instanceof Attest vote && held.as(Attest.class).accept() != vote.accept();
    return isOpposite
        ? "equivocation: " + envelope.sender() + " said the opposite in " + held.id()
        : "slot holds " + held.id();
  }

  private Mono<Void> superseded(NeedEntry entry, Envelope envelope, Payload payload, Message held) {
    return switch (envelope.kind()) {
      case CLAIM ->
          Mono.error(
              new RefusedException(
                  Reason.LEASE_TAKEN, "the lease is held by " + held.envelope().sender()));
      case ATTEST -> keepEquivocation(entry, envelope, payload, held);
      case NEED, PROPOSE, DECIDE, COMMIT, YIELD, RELEASE, FINALIZE -> Mono.empty();
    };
  }

  /** Two opposite votes of one key on one target are a proof against it. */
  private Mono<Void> keepEquivocation(
      NeedEntry entry, Envelope envelope, Payload payload, Message held) {
    Attest vote = (Attest) payload;
    if (held.as(Attest.class).accept() == vote.accept()) {
      return Mono.empty();
    }
    String slot = Slots.equivocation(vote.target(), envelope.sender());
    SlotRow row = context.rows().candidate(slot, envelope, List.of());
    return context
        .store()
        .fill(List.of(row), List.of())
        .doOnNext(filled -> entry.show(context.rows().stored(filled.get(0))))
        .then();
  }

  /** Topics have no order among each other: what comes before its parents waits in the store. */
  private Mono<Void> keepWaiting(
      NeedEntry entry, Envelope envelope, Source source, List<AuditEvent> audits) {
    if (entry.full().finalized() != null) {
      audits.add(delivered(Direction.SUPERSEDED, envelope, source, "the NEED is over"));
      return Mono.empty();
    }
    if (entry.full().waiting().size() >= WAITING_MAX) {
      return Mono.error(
          new RefusedException(
              Reason.PARENT_MISSING,
              "its parents are not stored, and " + WAITING_MAX + " envelopes wait already"));
    }
    String slot = Slots.waiting(source.topic(), source.partition(), source.offset());
    SlotRow row = context.rows().waiting(slot, envelope);
    audits.add(delivered(Direction.DELIVERED, envelope, source, "waits for a parent"));
    long dueMillis = context.time().epochMillis() + context.rules().policy().deadlineMillisMax();
    List<OpenNeed> timers =
        entry.full().need() == null && entry.armedMillis() == NeedEntry.NOT_ARMED
            ? List.of(context.timer(entry, null, dueMillis))
            : List.of();
    return context
        .store()
        .fill(List.of(row), timers)
        .doOnNext(
            filled -> {
              timers.forEach(timer -> entry.armed(timer.dueMillis()));
              entry.show(context.rows().stored(filled.get(0)));
            })
        .then();
  }

  /** Fills the slot of an envelope whose parents are stored; answers what the slot holds. */
  private Mono<Message> fill(NeedEntry entry, Envelope envelope, Payload payload) {
    String slot = Slots.of(envelope, payload, context.rules().trust());
    SlotStore store = context.store();
    SlotRow row = context.rows().candidate(slot, envelope, Ops.of(envelope, payload, entry.full()));
    List<OpenNeed> timers = new ArrayList<>();
    if (envelope.kind() == Kind.NEED) {
      long dueMillis = context.time().epochMillis() + context.rules().policy().planMillis();
      timers.add(context.timer(entry, slot, dueMillis));
    }
    return store
        .fill(List.of(row), timers)
        .map(
            filled -> {
              timers.forEach(
                  timer -> {
                    entry.armed(timer.dueMillis());
                    entry.open();
                  });
              return (Message) context.rows().storedAfter(filled.get(0), envelope, payload);
            });
  }

  private static AuditEvent delivered(
      Direction direction, Envelope envelope, Source source, String note) {
    return new AuditEvent(
        direction, source.topic(), source.partition(), source.offset(), envelope.bytes(), note);
  }

  /** Ends when all of what runs in the background has ended; it is not stopped. */
  public Mono<Void> drained() {
    return dispatcher.drained();
  }
}
