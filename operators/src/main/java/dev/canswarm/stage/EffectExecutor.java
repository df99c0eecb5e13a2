package dev.canswarm.stage;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.AttemptFailure.Kind;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.EpochStore;
import dev.canswarm.port.FailureStore;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.NoFailureStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.payload.ErrorText;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskErrors;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.TaskRegistry;
import dev.canswarm.task.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Carries out what roles ask for, through the ports. Task code runs on its own bounded scheduler,
 * may block there, and is interrupted when its time is up. Thread-safe.
 */
public final class EffectExecutor {
  private final DecisionGate gate;
  private final EpochStore epochs;
  private final ArtifactStore artifacts;
  private final TaskRegistry tasks;
  private final Policy policy;
  private final TimeSource time;
  private final Scheduler taskScheduler;
  private final Scheduler timer;
  private final FailureStore failures;
  private final AtomicReference<@Nullable Long> epoch = new AtomicReference<>();

  /**
   * @param taskScheduler bounded; its threads may block
   * @param timer for waiting
   */
  public EffectExecutor(
      DecisionGate gate,
      EpochStore epochs,
      ArtifactStore artifacts,
      TaskRegistry tasks,
      Policy policy,
      TimeSource time,
      Scheduler taskScheduler,
      Scheduler timer) {
    this(gate, epochs, artifacts, tasks, policy, time, taskScheduler, timer, new NoFailureStore());
  }

  /**
   * @param taskScheduler bounded; its threads may block
   * @param timer for waiting
   * @param failures told what ends attempts, which wait for it: it must answer soon
   */
  public EffectExecutor(
      DecisionGate gate,
      EpochStore epochs,
      ArtifactStore artifacts,
      TaskRegistry tasks,
      Policy policy,
      TimeSource time,
      Scheduler taskScheduler,
      Scheduler timer,
      FailureStore failures) {
    this.gate = gate;
    this.epochs = epochs;
    this.artifacts = artifacts;
    this.tasks = tasks;
    this.policy = policy;
    this.time = time;
    this.taskScheduler = taskScheduler;
    this.timer = timer;
    this.failures = failures;
  }

  /**
   * The answer to an effect. Failures of the task are answers; an outage is an error {@link
   * RetryableException}.
   *
   * @param permit to run task code: taken by what runs some; its place is left to the next one
   *     before the artifact is stored, so that artifacts of many tasks are stored together
   */
  public Mono<EffectResult> perform(Effect effect, String needId, Mono<TaskPermits.Permit> permit) {
    if (effect instanceof Effect.AskGate ask) {
      return askGate(List.of(new GateQuestion(needId, ask))).map(results -> results.get(0));
    }
    if (effect instanceof Effect.AwaitGate outwait) {
      return Mono.delay(Duration.ofMillis(outwait.waitMillis()), timer)
          .then(currentEpoch())
          .map(own -> new EffectResult.GateTimedOut(outwait.asked(), own));
    }
    if (effect instanceof Effect.RunTask run) {
      return run(run, permit)
          .flatMap(result -> noted(needId, result))
          .onErrorResume(RetryableException.class, outage -> noted(needId, run, outage));
    }
    Effect.VerifyWork work = (Effect.VerifyWork) effect;
    return verify(work, permit)
        .flatMap(result -> noted(needId, result))
        .onErrorResume(RetryableException.class, outage -> noted(needId, work, outage));
  }

  /** The result, once it is kept why there is no better one. */
  private Mono<EffectResult> noted(String needId, EffectResult result) {
    if (result instanceof EffectResult.TaskFailed failed) {
      Effect.RunTask run = failed.asked();
      return keep(needId, run.taskId(), run.attempt(), run.agent(), Kind.FAILED, failed.detail())
          .thenReturn(result);
    }
    if (result instanceof EffectResult.CannotVerify cannot) {
      Effect.VerifyWork work = cannot.asked();
      return keep(
              needId, work.taskId(), work.attempt(), work.agent(), Kind.ABSTAINED, cannot.detail())
          .thenReturn(result);
    }
    return Mono.just(result);
  }

  private <T> Mono<T> noted(String needId, Effect.RunTask run, RetryableException outage) {
    return keep(needId, run.taskId(), run.attempt(), run.agent(), Kind.RETRIED, words(outage))
        .then(Mono.error(outage));
  }

  private <T> Mono<T> noted(String needId, Effect.VerifyWork work, RetryableException outage) {
    return keep(needId, work.taskId(), work.attempt(), work.agent(), Kind.RETRIED, words(outage))
        .then(Mono.error(outage));
  }

  private static String words(RetryableException outage) {
    return String.valueOf(outage.getMessage());
  }

  /** Kept for people: an outage of that store changes nothing. */
  private Mono<Void> keep(
      String needId, String taskId, int attempt, Agent agent, Kind kind, String error) {
    return failures
        .keep(
            new AttemptFailure(
                needId,
                taskId,
                attempt,
                agent.key().base64(),
                kind,
                ErrorText.of(error),
                time.epochMillis()))
        .onErrorComplete();
  }

  private Mono<Long> currentEpoch() {
    Long known = epoch.get();
    return known != null ? Mono.just(known) : nextEpoch();
  }

  private Mono<Long> nextEpoch() {
    return epochs.nextEpoch().doOnNext(epoch::set);
  }

  /** A decider's question for one NEED. */
  record GateQuestion(String needId, Effect.AskGate ask) {}

  /**
   * The answers to questions of several NEEDs, asked in one pass, in their order. The gate saves
   * races; the slot decides. So a gate that is away, or silent for the time that one waits for it,
   * is passed by.
   */
  Mono<List<EffectResult>> askGate(List<GateQuestion> questions) {
    return currentEpoch().flatMap(own -> askGate(questions, own));
  }

  private Mono<List<EffectResult>> askGate(List<GateQuestion> questions, long own) {
    List<DecisionRecord> candidates =
        questions.stream().map(question -> candidate(question, own)).toList();
    return gate.propose(candidates)
        .timeout(Duration.ofMillis(policy.gateMillis()), timer)
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
        fenced.isEmpty()
            ? Mono.just(List.of())
            : nextEpoch().flatMap(fresh -> askGate(fenced, fresh));
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

  private Mono<EffectResult> run(Effect.RunTask run, Mono<TaskPermits.Permit> permit) {
    Mono<byte[]> made =
        input(run.spec(), run.inputs())
            .flatMap(
                input ->
                    call(
                        run.spec(),
                        policy.leaseMillis(),
                        "lease_ms",
                        handler -> bounded(handler, input)));
    return Mono.usingWhen(permit, had -> timed(stored(made, had), had), EffectExecutor::givenBack)
        .<EffectResult>map(address -> new EffectResult.TaskDone(run, address))
        .onErrorResume(
            EffectExecutor::isTerminal,
            error ->
                Mono.just(new EffectResult.TaskFailed(run, String.valueOf(error.getMessage()))));
  }

  private Mono<String> stored(Mono<byte[]> made, TaskPermits.Permit permit) {
    return made.doFinally(signal -> permit.vacate()).flatMap(artifacts::put);
  }

  private Mono<String> timed(Mono<String> made, TaskPermits.Permit permit) {
    return Mono.defer(
        () -> {
          long begunMillis = timer.now(TimeUnit.MILLISECONDS);
          return made.doFinally(
              signal -> permit.ran(timer.now(TimeUnit.MILLISECONDS) - begunMillis));
        });
  }

  /** Before the result is taken in: what follows may need a permit itself. */
  private static Mono<Void> givenBack(TaskPermits.Permit permit) {
    return Mono.fromRunnable(permit::release);
  }

  /** Larger than the policy allows is no result: verifiers would reject it. */
  private byte[] bounded(TaskHandler handler, TaskInput input)
      throws TaskException, InterruptedException {
    byte[] artifact = handler.run(input);
    if (artifact.length > policy.artifactBytesMax()) {
      throw new TaskException(
          "%s made an artifact of %d bytes, the policy allows %d"
              .formatted(handler.type(), artifact.length, policy.artifactBytesMax()));
    }
    return artifact;
  }

  private Mono<EffectResult> verify(Effect.VerifyWork work, Mono<TaskPermits.Permit> permit) {
    return Mono.usingWhen(permit, had -> verified(work), EffectExecutor::givenBack);
  }

  /** A result that nobody could fetch later is not worth a vote; its bytes are derived again. */
  private Mono<EffectResult> verified(Effect.VerifyWork work) {
    Mono<byte[]> committed =
        artifacts
            .get(work.artifact())
            .switchIfEmpty(Mono.error(() -> new TaskException("no artifact " + work.artifact())));
    return Mono.zip(committed, input(work.spec(), work.inputs()))
        .flatMap(
            both ->
                call(
                    work.spec(),
                    policy.verifyMillis(),
                    "verify_ms",
                    handler -> judge(handler, both.getT2(), both.getT1(), work)))
        .onErrorResume(
            EffectExecutor::isTerminal,
            error ->
                Mono.just(new EffectResult.CannotVerify(work, String.valueOf(error.getMessage()))));
  }

  private EffectResult judge(
      TaskHandler handler, TaskInput input, byte[] artifact, Effect.VerifyWork work)
      throws TaskException, InterruptedException {
    if (artifact.length > policy.artifactBytesMax()) {
      JsonObject evidence =
          JsonObject.builder()
              .put("bytes", artifact.length)
              .put("bytes_max", policy.artifactBytesMax())
              .build();
      return new EffectResult.Verified(work, false, evidence);
    }
    if (handler.verification() == Verification.CHECK) {
      Judgement judgement = handler.judge(input, artifact);
      return new EffectResult.Verified(
          work, judgement.accept(), null, judgement.accept() ? null : judgement.reason());
    }
    String derived = Sha256.hex(handler.run(input));
    return derived.equals(work.artifact())
        ? new EffectResult.Verified(work, true, null)
        : new EffectResult.Verified(
            work, false, JsonObject.builder().put("derived", derived).build());
  }

  /** Something that task code does. */
  @FunctionalInterface
  private interface TaskCall<T> {
    T on(TaskHandler handler) throws TaskException, InterruptedException;
  }

  /**
   * @param limit the name of the time limit in the policy
   */
  private <T> Mono<T> call(PlanTask spec, long timeoutMillis, String limit, TaskCall<T> call) {
    TaskHandler handler = tasks.handler(spec.taskType()).orElse(null);
    if (handler == null) {
      return Mono.error(new TaskException("no handler for task type " + spec.taskType()));
    }
    return Mono.fromCallable(() -> ended(spec, handler, call))
        .subscribeOn(taskScheduler)
        .onErrorMap(
            RejectedExecutionException.class,
            full -> new RetryableException("find a thread for " + spec.taskType(), full))
        .timeout(
            Duration.ofMillis(timeoutMillis),
            Mono.just(
                Mono.error(
                    () ->
                        new TaskException(
                            "%s took longer than %d ms, %s of the policy, and was interrupted"
                                .formatted(spec.taskType(), timeoutMillis, limit)))),
            timer)
        .flatMap(end -> end);
  }

  /** A failure as a value: nobody is left to hear an error that comes after the time-out. */
  private static <T> Mono<T> ended(PlanTask spec, TaskHandler handler, TaskCall<T> call) {
    try {
      return Mono.just(call.on(handler));
    } catch (Throwable e) {
      // Whatever task code throws ends this attempt alone, also what is no Exception: passed on, it
      // would be taken for an outage, and the task would be tried again without end.
      return Mono.error(new TaskException(TaskErrors.describe(spec.taskType(), e), e));
    }
  }

  private Mono<TaskInput> input(PlanTask spec, List<String> inputs) {
    Mono<JsonValue> own =
        spec.input() != null
            ? Mono.just(spec.input())
            : fetch(String.valueOf(spec.inputArtifact())).map(StrictJson::parse);
    return Mono.zip(own, Flux.fromIterable(inputs).concatMap(this::fetch).collectList())
        .map(both -> new TaskInput(both.getT1(), both.getT2()));
  }

  private Mono<byte[]> fetch(String address) {
    return artifacts
        .get(address)
        .switchIfEmpty(Mono.error(() -> new TaskException("no artifact " + address)));
  }

  private static boolean isTerminal(Throwable error) {
    return error instanceof TaskException
        || error instanceof TimeoutException
        || error instanceof ArtifactException
        || error instanceof JsonException;
  }
}
