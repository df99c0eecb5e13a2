package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.protocol.Answer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Decide;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Does a NEED's work outside its lane: sends, audits, starts effects and brings their answers back.
 */
final class Dispatcher {
  /** Effects of one NEED that run side by side; more wait for one of them. */
  private static final int EFFECTS_AT_ONCE_MAX = 64;

  /** Two tasks that end at one moment: the second tries again for that long to say so. */
  private static final Duration EMIT_RETRY_MAX = Duration.ofSeconds(1);

  /** Takes an answer back into the NEED's lane. */
  @FunctionalInterface
  interface Answers {
    Mono<Void> answered(NeedEntry entry, Effect effect, Answer answer);
  }

  private final StageContext context;
  private final EffectRunner effects;
  private final TaskPermits permits;
  private final DeadLetters deadLetters;
  private final Answers answers;
  private final AtomicLong background = new AtomicLong();
  private final Sinks.Many<Long> ended = Sinks.many().replay().latestOrDefault(0L);

  Dispatcher(
      StageContext context,
      EffectRunner effects,
      TaskPermits permits,
      DeadLetters deadLetters,
      Answers answers) {
    this.context = context;
    this.effects = effects;
    this.permits = permits;
    this.deadLetters = deadLetters;
    this.answers = answers;
  }

  /**
   * Completes when everything is durable; a task that runs on in the background has then its CLAIM.
   */
  Mono<Void> dispatch(Work work) {
    Mono<Void> audited = Flux.fromIterable(work.audits()).concatMap(context.audit()::append).then();
    Mono<Void> sent =
        Flux.fromIterable(work.sends()).concatMap(one -> send(work.entry(), one)).then();
    Mono<Void> refused = Flux.fromIterable(work.misfits()).concatMap(this::refuse).then();
    Mono<Void> started =
        Flux.fromIterable(work.effects())
            .flatMap(effect -> start(work.entry(), effect), EFFECTS_AT_ONCE_MAX)
            .then();
    return Mono.when(audited, sent, refused, started).then(Mono.defer(() -> close(work)));
  }

  private Mono<Void> close(Work work) {
    if (!work.over()) {
      return Mono.empty();
    }
    // A NEED that was only referred to may come at this very moment: then its timer stays.
    if (work.entry().full().finalized() == null) {
      return context.store().abandon(work.entry().needId());
    }
    return context.store().close(work.entry().needId()).doOnSuccess(done -> work.entry().close());
  }

  /** What is sent and audited is what the slot holds. */
  private Mono<Void> send(NeedEntry entry, Envelope envelope) {
    String topic = envelope.kind().topic();
    OutgoingRecord message =
        new OutgoingRecord(
            topic,
            envelope.threadId().getBytes(StandardCharsets.UTF_8),
            envelope.bytes(),
            new TreeMap<>());
    AuditEvent event = new AuditEvent(Direction.PUBLISHED, topic, -1, -1, envelope.bytes(), "");
    return Mono.when(context.bus().send(message), context.audit().append(event))
        .doOnSuccess(done -> entry.markOnTopic(envelope.id()));
  }

  private Mono<Void> refuse(Work.Misfit misfit) {
    Envelope envelope = misfit.waiting().envelope();
    String[] position = misfit.waiting().slot().split("/", -1);
    Source source =
        new Source("", position[1], Integer.parseInt(position[2]), Long.parseLong(position[3]));
    return deadLetters.send(
        new DeadLetters.Letter(
            source,
            envelope.threadId().getBytes(StandardCharsets.UTF_8),
            envelope.bytes(),
            misfit.reason(),
            "wait",
            misfit.detail()));
  }

  private Mono<Void> start(NeedEntry entry, Effect effect) {
    return effect instanceof Effect.RunTask
        ? permits.acquire().doOnNext(had -> runInBackground(entry, effect)).then()
        : perform(entry, effect, permits.acquire());
  }

  /**
   * The permit is given back before the answer is taken in: what follows from the answer may need
   * one itself, and if all who hold one waited for one more, nothing would go on.
   */
  private Mono<Void> perform(NeedEntry entry, Effect effect, Mono<Boolean> permit) {
    Mono<Answer> answer = effects.perform(effect, entry.needId());
    boolean works = effect instanceof Effect.VerifyWork || effect instanceof Effect.RunTask;
    Mono<Answer> bounded =
        works
            ? Mono.usingWhen(permit, had -> answer, had -> Mono.fromRunnable(permits::release))
            : answer;
    return bounded.flatMap(
        given ->
            answers
                .answered(entry, effect, given)
                .then(Mono.defer(() -> settleGate(entry, effect))));
  }

  /** The record is acknowledged while the task runs; after a crash its lease runs out. */
  private void runInBackground(NeedEntry entry, Effect effect) {
    if (!entry.beginInBackground(effect)) {
      permits.release();
      return;
    }
    background.incrementAndGet();
    AtomicBoolean isHeld = new AtomicBoolean(true);
    Mono<Boolean> permit =
        Mono.defer(() -> isHeld.getAndSet(false) ? Mono.just(true) : permits.acquire());
    perform(entry, effect, permit)
        .retryWhen(context.retry())
        .onErrorResume(context.retryPolicy()::noteAndGoOn)
        .doFinally(
            signal -> {
              entry.endInBackground(effect);
              ended.emitNext(
                  background.decrementAndGet(),
                  Sinks.EmitFailureHandler.busyLooping(EMIT_RETRY_MAX));
            })
        .subscribe();
  }

  /** Sets the gate to what the slot holds; it is only a hint, so a failure changes nothing. */
  private Mono<Void> settleGate(NeedEntry entry, Effect effect) {
    boolean asked = effect instanceof Effect.AskGate || effect instanceof Effect.OutwaitGate;
    Message decide = asked ? entry.decided() : null;
    if (decide == null) {
      return Mono.empty();
    }
    Decide terms = decide.as(Decide.class);
    Envelope envelope = decide.envelope();
    DecisionRecord record =
        new DecisionRecord(
            envelope.need(),
            terms.proposalId(),
            terms.epoch(),
            envelope.lamport(),
            terms.kPlan(),
            envelope.sender().base64(),
            envelope.timestampNs());
    return context.gate().settle(record).onErrorComplete();
  }

  /** Completes when no task runs in the background. */
  Mono<Void> drained() {
    return ended.asFlux().filter(left -> background.get() == 0).next().then();
  }
}
