package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.stage.GateClient.GateQuestion;
import dev.canswarm.stage.trace.EffectTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Starts effects, after everything that led to them is stored and sent. No turn waits for an
 * effect: results are inputs of later turns.
 */
final class PerformStage extends Stage {
  /**
   * Effects that may run or wait for a permit. Above this, records are acknowledged only after the
   * effects that they led to have ended, so that the bus pauses at its bound of records in flight.
   */
  private static final int EFFECTS_MAX = 512;

  /** Longest time for which emitting an end is retried when two effects end at the same moment. */
  private static final Duration EMIT_RETRY_MAX = Duration.ofSeconds(1);

  private final EffectExecutor effects;
  private final TaskPermits permits;
  private final AtomicLong running = new AtomicLong();
  private final Sinks.Many<Long> ended = Sinks.many().replay().latestOrDefault(0L);
  private volatile @Nullable FluxSink<Input> results;

  PerformStage(StageContext context, EffectExecutor effects, TaskPermits permits) {
    super(StageName.PERFORM, context);
    this.effects = effects;
    this.permits = permits;
  }

  /** Results of finished effects. One subscription; without a subscriber, results are lost. */
  Flux<Input> results() {
    return Flux.create(sink -> results = sink);
  }

  @Override
  Mono<Turn> pass(Turn turn) {
    List<GateQuestion> questions = new ArrayList<>();
    List<Runnable> others = new ArrayList<>();
    List<NeedTurn> asking = new ArrayList<>();
    List<DecisionRecord> decided = new ArrayList<>();
    for (NeedTurn need : turn.needs()) {
      for (Effect effect : need.outputs.effects) {
        need.state.begun(effect);
        if (effect instanceof Effect.AskGate ask) {
          questions.add(new GateQuestion(need.state.needId(), ask));
          asking.add(need);
        } else {
          others.add(() -> begin(need, effect));
        }
      }
      DecisionRecord decision = toSettle(need);
      if (decision != null) {
        decided.add(decision);
      }
    }
    for (NeedTurn need : turn.needs()) {
      // The FINALIZE is stored: no running effect can change the result any more.
      if (need.state.full().finalized() != null) {
        need.state.stopEffects();
      }
    }
    if (!questions.isEmpty()) {
      ask(questions, asking);
    }
    others.forEach(Runnable::run);
    for (NeedTurn need : turn.needs()) {
      claims(need);
    }
    return decided.isEmpty() ? Mono.just(turn) : settleGate(decided).thenReturn(turn);
  }

  /** Asks the gate for all NEEDs of the turn in one pass. */
  private void ask(List<GateQuestion> questions, List<NeedTurn> asking) {
    List<EffectTrace> traces = new ArrayList<>();
    for (int i = 0; i < asking.size(); i++) {
      traces.add(asking.get(i).trace.effect(questions.get(i).ask()));
    }
    running.incrementAndGet();
    Mono.defer(() -> effects.askGate(questions))
        .retryWhen(context().retry())
        .onErrorResume(failure -> context().retryPolicy().noteAndGoOn(failure).then(Mono.empty()))
        .doFinally(
            signal -> {
              traces.forEach(EffectTrace::stopped);
              hasEnded();
            })
        .subscribe(
            results -> {
              for (int i = 0; i < results.size(); i++) {
                GateQuestion question = questions.get(i);
                traces.get(i).ended(results.get(i));
                offer(
                    new Input.Result(
                        asking.get(i).partition.number(),
                        question.needId(),
                        asking.get(i).state.threadId(),
                        question.ask(),
                        results.get(i)));
              }
            });
  }

  /** Sets the gate to the stored decisions; it is only a hint, so a failure has no consequences. */
  private Mono<Void> settleGate(List<DecisionRecord> decided) {
    return Mono.defer(() -> context().gate().settle(decided))
        .timeout(Duration.ofMillis(context().rules().policy().gateMillis()), context().timer())
        .onErrorComplete()
        .publishOn(context().scheduler());
  }

  /** The stored decision, if the gate was asked and may hold another one; else null. */
  private static @Nullable DecisionRecord toSettle(NeedTurn need) {
    EffectResult result = need.gateResult();
    Message decide = result == null ? null : need.state.full().decision();
    if (decide == null) {
      return null;
    }
    Decide terms = decide.as(Decide.class);
    boolean isHeld =
        result instanceof EffectResult.GateOpen open
            && open.proposalId().equals(terms.proposalId())
            && open.epoch() == terms.epoch();
    return isHeld ? null : record(decide, terms);
  }

  private static DecisionRecord record(Message decide, Decide terms) {
    Envelope envelope = decide.envelope();
    return new DecisionRecord(
        envelope.need(),
        terms.proposalId(),
        terms.epoch(),
        envelope.lamport(),
        terms.kPlan(),
        envelope.sender().base64(),
        envelope.timestampNs());
  }

  /** Requests a permit for each grant to claim, and returns permits that were not used. */
  private void claims(NeedTurn need) {
    int partition = need.partition.number();
    NeedId needId = need.state.needId();
    ThreadId threadId = need.state.threadId();
    need.permits.values().forEach(TaskPermits.Permit::release);
    need.permits.clear();
    for (Slot.Claim slot : need.outputs.grants) {
      permits.want(
          need.state.key() + '/' + slot.key(),
          partition,
          need.state.taskType(slot),
          threadId,
          permit -> offer(new Input.Leave(partition, needId, threadId, slot, permit)));
    }
  }

  private void begin(NeedTurn need, Effect effect) {
    int partition = need.partition.number();
    NeedId needId = need.state.needId();
    ThreadId threadId = need.state.threadId();
    EffectTrace trace = need.trace.effect(effect);
    RetryPolicy policy = context().retryPolicy().about(needId, threadId);
    running.incrementAndGet();
    Disposable handle =
        perform(effect, need, trace)
            .retryWhen(retry(policy, trace))
            .onErrorResume(failure -> failed(policy, effect, failure))
            .doFinally(
                signal -> {
                  trace.stopped();
                  hasEnded();
                })
            .subscribe(
                result -> {
                  trace.ended(result);
                  offer(new Input.Result(partition, needId, threadId, effect, result));
                });
    need.state.stoppable(effect, handle);
  }

  private static Retry retry(RetryPolicy policy, EffectTrace trace) {
    return trace == EffectTrace.NONE ? policy.spec() : policy.telling(trace::retried).spec();
  }

  private void hasEnded() {
    ended.emitNext(running.decrementAndGet(), Sinks.EmitFailureHandler.busyLooping(EMIT_RETRY_MAX));
  }

  private void offer(Input result) {
    FluxSink<Input> sink = results;
    if (sink != null) {
      sink.next(result);
    }
  }

  private Mono<EffectResult> perform(Effect effect, NeedTurn need, EffectTrace trace) {
    NeedId needId = need.state.needId();
    Mono<TaskPermits.Permit> wanted = permit(effect, need);
    Mono<TaskPermits.Permit> permit =
        trace == EffectTrace.NONE ? wanted : wanted.doOnNext(had -> trace.permitted());
    Policy policy = context().heads().of(need.state.full()).rules().policy();
    return Mono.defer(() -> effects.perform(effect, needId, policy, permit));
  }

  /**
   * Returns the permit that an effect with task code waits for before it starts; for other effects
   * a Mono that never completes.
   */
  private Mono<TaskPermits.Permit> permit(Effect effect, NeedTurn need) {
    ThreadId threadId = need.state.threadId();
    if (effect instanceof Effect.VerifyWork work) {
      return permits.acquire(work.spec().taskType(), threadId);
    }
    if (!(effect instanceof Effect.RunTask run)) {
      return Mono.never();
    }
    TaskPermits.Permit permit = need.permits.remove(Slot.claim(run.taskId(), run.token()));
    // No permit: the grant was claimed before this process restarted.
    return permit == null
        ? permits.acquire(run.spec().taskType(), threadId)
        : permits.start(permit, threadId);
  }

  /** Logs a defect, which is neither an outage nor a failure of the task, and ends the effect. */
  private static Mono<EffectResult> failed(RetryPolicy policy, Effect effect, Throwable failure) {
    policy.note(failure);
    Optional<EffectResult> result = Optional.empty();
    if (effect instanceof Effect.RunTask run) {
      result = Optional.of(new EffectResult.TaskFailed(run, String.valueOf(failure)));
    } else if (effect instanceof Effect.VerifyWork work) {
      result = Optional.of(new EffectResult.CannotVerify(work, String.valueOf(failure)));
    }
    return Mono.justOrEmpty(result);
  }

  /** Whether so many effects run and wait that their records must not be acknowledged early. */
  boolean isCrowded() {
    return running.get() > EFFECTS_MAX;
  }

  /** Completes when no effect runs. */
  Mono<Void> drained() {
    return ended.asFlux().filter(left -> running.get() == 0).next().then();
  }
}
