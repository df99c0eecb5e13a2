package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Kind;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.Role;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.Admission;
import dev.canswarm.protocol.Answer;
import dev.canswarm.protocol.Clockwork;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Ops;
import dev.canswarm.protocol.Participant;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Slots;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Stored.Waiting;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets the roles react until nothing more is owed: their reactions become candidates for slots, and
 * what the slots then hold is what they see next. Runs in the NEED's lane.
 */
final class Settler {
  /** A timer that is set this close to when it is wanted stays: due is a lower bound. */
  private static final long TIMER_SLACK_MILLIS = 100;

  private final StageContext context;
  private final long startedMillis;

  Settler(StageContext context) {
    this.context = context;
    this.startedMillis = context.time().epochMillis();
  }

  /** Reacts to what is stored by now; the caller sets the timer. */
  Mono<Work> settle(NeedEntry entry, List<AuditEvent> audits) {
    return promote(entry).then(Mono.defer(() -> round(entry, audits)));
  }

  /** Reacts to the answer to an effect, and then to what is stored by now; sets no timer. */
  Mono<Work> answer(NeedEntry entry, Effect effect, Answer answer) {
    entry.ended(effect);
    if (answer instanceof Answer.CannotVerify) {
      entry.giveUp(effect);
    }
    Role role = effect.agent().role();
    Reaction reaction =
        context
            .roles()
            .playing(role)
            .map(participant -> participant.answer(entry.viewFor(role), answer))
            .orElse(Reaction.NONE);
    List<Effect> effects = reaction.effects().stream().filter(entry::start).toList();
    return apply(entry, withoutFilled(entry, reaction))
        .then(
            Mono.defer(
                () -> {
                  // To do it again at once would lead to the same answer, which may not be said.
                  if (reaction.emissions().stream().anyMatch(said -> !entry.filled(said.slot()))) {
                    entry.giveUp(effect);
                  }
                  return settle(entry, List.of());
                }))
        .map(work -> work.with(effects));
  }

  private Mono<Work> round(NeedEntry entry, List<AuditEvent> audits) {
    Message end = entry.full().finalized();
    if (end != null) {
      return Mono.just(over(entry, end, audits));
    }
    Clockwork timers = new Clockwork(context.time().epochMillis(), startedMillis);
    Reaction reaction = Reaction.NONE;
    for (Participant participant : context.roles().all()) {
      NeedView view = entry.viewFor(participant.role());
      reaction = reaction.and(participant.react(view, timers));
    }
    Reaction owed = withoutFilled(entry, reaction);
    if (!owed.emissions().isEmpty() || !owed.verdicts().isEmpty()) {
      return apply(entry, owed).then(Mono.defer(() -> settle(entry, audits)));
    }
    List<Effect> effects = owed.effects().stream().filter(entry::start).toList();
    return Mono.fromSupplier(
        () ->
            new Work(
                entry,
                entry.takeUnsent(),
                effects,
                audits,
                misfits(entry),
                false,
                timers.nextMillis()));
  }

  /** Nothing new is said after the end; what still waits for a parent has waited long enough. */
  private static Work over(NeedEntry entry, Message end, List<AuditEvent> audits) {
    List<Work.Misfit> late = new ArrayList<>();
    if (!entry.isClosed()) {
      late.addAll(misfits(entry));
      late.addAll(orphans(entry));
    }
    List<Envelope> sends = entry.takeUnsent();
    boolean sent = entry.isOnTopic(end.id()) || sends.contains(end.envelope());
    boolean closes = sent && !entry.isClosed();
    return new Work(entry, sends, List.of(), audits, late, closes, Clockwork.NEVER);
  }

  /** Envelopes whose parents never came; each is answered once. */
  static List<Work.Misfit> orphans(NeedEntry entry) {
    List<Work.Misfit> orphans = new ArrayList<>();
    NeedView view = entry.full();
    for (Waiting waiting : view.waiting()) {
      if (!view.hasParentsOf(waiting.envelope()) && entry.refuse(waiting.slot())) {
        List<String> missing =
            waiting.envelope().parents().stream().filter(id -> view.byId(id) == null).toList();
        orphans.add(
            new Work.Misfit(waiting, Reason.PARENT_MISSING, "never saw its parents " + missing));
      }
    }
    return orphans;
  }

  /** Envelopes that waited and turn out not to fit; each is answered once. */
  private static List<Work.Misfit> misfits(NeedEntry entry) {
    List<Work.Misfit> misfits = new ArrayList<>();
    NeedView view = entry.full();
    for (Waiting waiting : view.waiting()) {
      if (view.hasParentsOf(waiting.envelope()) && view.byId(waiting.envelope().id()) == null) {
        try {
          Admission.check(waiting.envelope(), waiting.payload(), view);
          refuseSecondClaim(waiting, view);
        } catch (RefusedException e) {
          if (entry.refuse(waiting.slot())) {
            misfits.add(new Work.Misfit(waiting, e.reason(), e.detail()));
          }
        }
      }
    }
    return misfits;
  }

  private static void refuseSecondClaim(Waiting waiting, NeedView view) {
    if (waiting.envelope().kind() == Kind.CLAIM && waiting.payload() instanceof Lease lease) {
      Message held = view.in(Slots.claim(lease.taskId(), lease.token()));
      if (held != null) {
        throw new RefusedException(
            Reason.LEASE_TAKEN, "the lease is held by " + held.envelope().sender());
      }
    }
  }

  private static Reaction withoutFilled(NeedEntry entry, Reaction reaction) {
    if (reaction.emissions().isEmpty() && reaction.verdicts().isEmpty()) {
      return reaction;
    }
    return new Reaction(
        reaction.emissions().stream()
            .filter(said -> !entry.filled(said.slot()) && entry.isSayable(said))
            .toList(),
        reaction.verdicts().stream().filter(said -> !entry.filled(said.slot())).toList(),
        reaction.effects(),
        reaction.moves());
  }

  /** Signs the candidates, fills their slots in one transaction, takes over what the slots hold. */
  private Mono<Void> apply(NeedEntry entry, Reaction owed) {
    TreeMap<String, Candidate> candidates = new TreeMap<>();
    for (Emission emission : owed.emissions()) {
      if (!candidates.containsKey(emission.slot())) {
        candidate(entry, emission).ifPresent(said -> candidates.put(emission.slot(), said));
      }
    }
    for (Verdict verdict : owed.verdicts()) {
      candidates.computeIfAbsent(verdict.slot(), slot -> candidate(entry, verdict));
    }
    if (candidates.isEmpty()) {
      return Mono.empty();
    }
    return Flux.fromIterable(candidates.values())
        .map(Candidate::row)
        .buffer(SlotStore.FILL_ROWS_MAX)
        .concatMap(part -> context.store().fill(part, List.of()))
        .doOnNext(
            rows ->
                rows.forEach(
                    row -> {
                      Candidate filled = candidates.get(row.slot());
                      takeOver(
                          entry,
                          filled == null
                              ? context.rows().stored(row)
                              : filled.decoding().apply(row));
                    }))
        .then();
  }

  /**
   * What is to fill a slot.
   *
   * @param decoding decodes what the slot then holds
   */
  private record Candidate(SlotRow row, Function<SlotRow, Stored> decoding) {}

  private Candidate candidate(NeedEntry entry, Verdict verdict) {
    return new Candidate(
        context.rows().verdict(entry.needId(), entry.threadId(), verdict), context.rows()::stored);
  }

  /**
   * The candidate for what an agent here would say. What the policy refuses, such as an end with
   * more parents than are allowed, is left unsaid: whoever sent what led to it is not to blame, and
   * the NEED's deadline ends it.
   */
  private Optional<Candidate> candidate(NeedEntry entry, Emission emission) {
    if (emission instanceof Emission.Repeat repeat) {
      SlotRow row = context.rows().candidate(repeat.slot(), repeat.envelope(), List.of());
      return Optional.of(new Candidate(row, context.rows()::stored));
    }
    Emission.Say say = (Emission.Say) emission;
    try {
      Envelope envelope = context.signers().sign(say.agent(), say.draft());
      context.policyCheck().check(envelope, envelope.kind().topic());
      Payload payload = Payload.parse(envelope.kind(), envelope.payload());
      SlotRow row =
          context.rows().candidate(say.slot(), envelope, Ops.of(envelope, payload, entry.full()));
      return Optional.of(
          new Candidate(row, held -> context.rows().storedAfter(held, envelope, payload)));
    } catch (RefusedException e) {
      entry.leaveUnsaid(say);
      context.retryPolicy().failures().accept(e);
      return Optional.empty();
    }
  }

  /** A verdict is seen at once; an envelope by other roles only once it comes from the bus. */
  private void takeOver(NeedEntry entry, Stored held) {
    long nowMillis = context.time().epochMillis();
    if (held instanceof Message message) {
      if (entry.full().byId(message.id()) != null) {
        entry.witness(held, nowMillis);
      } else {
        entry.hide(held, nowMillis);
      }
      entry.markUnsent(message.envelope());
    } else {
      entry.show(held);
    }
  }

  /** Lets in what waited for parents that are stored now. */
  private Mono<Void> promote(NeedEntry entry) {
    NeedView view = entry.full();
    for (Waiting waiting : view.waiting()) {
      Envelope envelope = waiting.envelope();
      String slot = slotFor(waiting, view);
      if (!entry.filled(slot) && view.hasParentsOf(envelope) && fits(waiting, view)) {
        SlotRow row =
            context.rows().candidate(slot, envelope, Ops.of(envelope, waiting.payload(), view));
        return context
            .store()
            .fill(List.of(row), List.of())
            .doOnNext(
                rows -> {
                  entry.markOnTopic(envelope.id());
                  Stored held =
                      context.rows().storedAfter(rows.get(0), envelope, waiting.payload());
                  entry.witness(held, context.time().epochMillis());
                })
            .then(Mono.defer(() -> promote(entry)));
      }
    }
    return Mono.empty();
  }

  /** An opposite second vote is kept as a proof against its sender, late or not. */
  private String slotFor(Waiting waiting, NeedView view) {
    Envelope envelope = waiting.envelope();
    String slot = Slots.of(envelope, waiting.payload(), context.rules().trust());
    Message held = view.in(slot);
    return held != null
            && waiting.payload() instanceof Attest vote
            && held.as(Attest.class).accept() != vote.accept()
        ? Slots.equivocation(vote.target(), envelope.sender())
        : slot;
  }

  private static boolean fits(Waiting waiting, NeedView view) {
    try {
      Admission.check(waiting.envelope(), waiting.payload(), view);
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  /** Sets the NEED's timer to when the work says, unless it is set to about that or earlier. */
  Mono<Work> arm(Work work) {
    NeedEntry entry = work.entry();
    long nextMillis = work.nextMillis();
    Message need = entry.full().need();
    if (need == null
        || nextMillis == Clockwork.NEVER
        || nextMillis >= entry.armedMillis() - TIMER_SLACK_MILLIS) {
      return Mono.just(work);
    }
    return context
        .store()
        .arm(context.timer(entry, need.slot(), nextMillis))
        .doOnSuccess(done -> entry.armed(nextMillis))
        .thenReturn(work);
  }
}
