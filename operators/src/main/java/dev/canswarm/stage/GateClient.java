package dev.canswarm.stage;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.EpochStore;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks the decision gate for this process's deciders, with an epoch of its own. Thread-safe. */
final class GateClient {
  private final DecisionGate gate;
  private final EpochStore epochs;
  private final LongSupplier gateMillis;
  private final TimeSource time;
  private final Scheduler timer;
  private final AtomicReference<@Nullable Long> epoch = new AtomicReference<>();

  /**
   * @param gateMillis longest wait for an answer, in milliseconds
   * @param timer for waiting
   */
  GateClient(
      DecisionGate gate,
      EpochStore epochs,
      LongSupplier gateMillis,
      TimeSource time,
      Scheduler timer) {
    this.gate = gate;
    this.epochs = epochs;
    this.gateMillis = gateMillis;
    this.time = time;
    this.timer = timer;
  }

  private Mono<Long> currentEpoch() {
    Long known = epoch.get();
    return known != null ? Mono.just(known) : nextEpoch();
  }

  private Mono<Long> nextEpoch() {
    return epochs.nextEpoch().doOnNext(epoch::set);
  }

  /** A decider's question for one NEED. */
  record GateQuestion(NeedId needId, Effect.AskGate ask) {}

  /**
   * Returns the answers to the questions of several NEEDs, asked in one pass, in the same order.
   * The gate only shortens races; the slot decides. So if the gate cannot be reached, or does not
   * answer within the policy's {@code gate_ms}, every question counts as admitted.
   */
  Mono<List<EffectResult>> ask(List<GateQuestion> questions) {
    return currentEpoch().flatMap(own -> ask(questions, own));
  }

  /** Returns the result once the time that a refused decider waits is over. */
  Mono<EffectResult> awaitTimeout(Effect.AwaitGate await) {
    return Mono.delay(Duration.ofMillis(await.waitMillis()), timer)
        .then(currentEpoch())
        .map(own -> new EffectResult.GateTimedOut(await.asked(), own));
  }

  private Mono<List<EffectResult>> ask(List<GateQuestion> questions, long own) {
    List<DecisionRecord> candidates =
        questions.stream().map(question -> candidate(question, own)).toList();
    return gate.propose(candidates)
        .timeout(Duration.ofMillis(gateMillis.getAsLong()), timer)
        .onErrorResume(
            broken ->
                Mono.just(candidates.stream().<GateAnswer>map(GateAnswer.Admitted::new).toList()))
        .flatMap(answers -> results(questions, answers));
  }

  private DecisionRecord candidate(GateQuestion question, long own) {
    Effect.AskGate ask = question.ask();
    return new DecisionRecord(
        question.needId(),
        ask.proposalId(),
        own,
        ask.lamport(),
        ask.kPlan(),
        ask.agent().key().base64(),
        time.epochNanos());
  }

  private Mono<List<EffectResult>> results(List<GateQuestion> questions, List<GateAnswer> answers) {
    List<@Nullable EffectResult> results = new ArrayList<>(questions.size());
    List<GateQuestion> fenced = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Effect.AskGate ask = questions.get(i).ask();
      GateAnswer answer = answers.get(i);
      if (answer instanceof GateAnswer.Admitted admitted) {
        DecisionRecord stored = admitted.stored();
        results.add(new EffectResult.GateOpen(ask, stored.proposalId(), stored.epoch()));
      } else if (answer instanceof GateAnswer.Refused refused) {
        DecisionRecord stored = refused.stored();
        results.add(new EffectResult.GateHeld(ask, stored.proposalId(), stored.epoch()));
      } else {
        results.add(null);
        fenced.add(questions.get(i));
      }
    }
    // Our epoch is stale: take a new one and ask again.
    Mono<List<EffectResult>> again =
        fenced.isEmpty() ? Mono.just(List.of()) : nextEpoch().flatMap(fresh -> ask(fenced, fresh));
    return again.map(late -> merged(results, late));
  }

  private static List<EffectResult> merged(
      List<@Nullable EffectResult> results, List<EffectResult> late) {
    Iterator<EffectResult> missing = late.iterator();
    List<EffectResult> all = new ArrayList<>(results.size());
    for (EffectResult result : results) {
      all.add(result == null ? missing.next() : result);
    }
    return all;
  }
}
