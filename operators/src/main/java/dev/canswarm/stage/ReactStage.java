package dev.canswarm.stage;

import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.stage.GateClient.GateQuestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets the roles react for every NEED of the turn until they owe nothing more: in memory, as if
 * everything that follows were stored. NEEDs are independent, so the cores share those of a large
 * turn. The gate is asked for all NEEDs of the turn in one pass. Answers that come soon enough are
 * part of the turn; for the others {@link PerformStage} asks again. The gate may therefore be asked
 * before the proposal is stored. That is safe, since it only shortens races: a DECIDE whose
 * proposal loses its slot is not stored either.
 */
final class ReactStage extends Stage {
  /** Number of NEEDs that one core takes at a time. */
  private static final int CHUNK_NEEDS = 8;

  /** Longest time that a turn waits for the gate. */
  private static final Duration GATE_WAIT_MAX = Duration.ofMillis(100);

  /** Time for which no turn waits for the gate, after it was too slow. */
  private static final long GATE_PAUSE_MILLIS = 1_000;

  private final Reactions reactions;
  private final EffectExecutor effects;
  private final int concurrency;
  private volatile long gatePausedUntilMillis = Long.MIN_VALUE;

  /**
   * @param concurrency chunks computed side by side
   */
  ReactStage(StageContext context, Reactions reactions, EffectExecutor effects, int concurrency) {
    super(StageName.REACT, context);
    this.reactions = reactions;
    this.effects = effects;
    this.concurrency = concurrency;
  }

  @Override
  Mono<Turn> pass(Turn turn) {
    List<NeedTurn> needs = turn.needs();
    return forEach(needs, this::begin)
        .then(Mono.defer(() -> answered(asking(needs))))
        .then(Mono.fromSupplier(() -> heldBack(turn, needs)));
  }

  private void begin(NeedTurn need) {
    need.before = need.state.snapshot();
    reactions.tryBegin(need);
    if (need.gateQuestion() == null) {
      reactions.tryFinish(need);
    }
  }

  private void finish(NeedTurn need, Map<NeedTurn, Input.Result> answers) {
    Input.Result answer = answers.get(need);
    if (answer != null) {
      reactions.tryAnswer(need, answer);
    }
    reactions.tryFinish(need);
  }

  private static List<NeedTurn> asking(List<NeedTurn> needs) {
    return needs.stream()
        .filter(need -> need.failure == null && need.gateQuestion() != null)
        .toList();
  }

  private Mono<Void> answered(List<NeedTurn> asking) {
    return asking.isEmpty()
        ? Mono.empty()
        : answers(asking).flatMap(answers -> forEach(asking, need -> finish(need, answers)));
  }

  /** Returns the gate's answers; none if they take too long, or took too long a moment ago. */
  private Mono<Map<NeedTurn, Input.Result>> answers(List<NeedTurn> asking) {
    if (nowMillis() < gatePausedUntilMillis) {
      return Mono.just(Map.of());
    }
    List<GateQuestion> questions = new ArrayList<>();
    for (NeedTurn need : asking) {
      Effect.AskGate ask = need.gateQuestion();
      if (ask != null) {
        questions.add(new GateQuestion(need.state.needId(), ask));
      }
    }
    return Mono.defer(() -> effects.askGate(questions))
        .map(results -> inputs(asking, questions, results))
        .timeout(GATE_WAIT_MAX, context().timer())
        .onErrorResume(
            late -> {
              gatePausedUntilMillis = nowMillis() + GATE_PAUSE_MILLIS;
              return Mono.just(Map.of());
            })
        .publishOn(context().scheduler());
  }

  private long nowMillis() {
    return context().timer().now(TimeUnit.MILLISECONDS);
  }

  private static Map<NeedTurn, Input.Result> inputs(
      List<NeedTurn> asking, List<GateQuestion> questions, List<EffectResult> results) {
    Map<NeedTurn, Input.Result> inputs = new HashMap<>();
    for (int i = 0; i < asking.size(); i++) {
      NeedTurn need = asking.get(i);
      inputs.put(
          need,
          new Input.Result(
              need.partition.number(),
              need.state.needId(),
              need.state.threadId(),
              questions.get(i).ask(),
              results.get(i)));
    }
    return inputs;
  }

  /** Runs a step for every NEED, on all cores if there are many. */
  private Mono<Void> forEach(List<NeedTurn> needs, Consumer<NeedTurn> step) {
    if (needs.size() <= CHUNK_NEEDS || concurrency == 1) {
      return Mono.fromRunnable(() -> needs.forEach(step));
    }
    return Flux.fromIterable(chunks(needs))
        .flatMap(
            chunk ->
                Mono.fromRunnable(() -> chunk.forEach(step)).subscribeOn(context().scheduler()),
            concurrency,
            1)
        .then();
  }

  private static List<List<NeedTurn>> chunks(List<NeedTurn> needs) {
    List<List<NeedTurn>> chunks = new ArrayList<>();
    for (int from = 0; from < needs.size(); from += CHUNK_NEEDS) {
      chunks.add(needs.subList(from, Math.min(from + CHUNK_NEEDS, needs.size())));
    }
    return chunks;
  }

  private static Turn heldBack(Turn turn, List<NeedTurn> needs) {
    for (NeedTurn need : needs) {
      RuntimeException failure = need.failure;
      if (failure != null) {
        turn.holdBack(need, failure);
      }
    }
    return turn;
  }
}
