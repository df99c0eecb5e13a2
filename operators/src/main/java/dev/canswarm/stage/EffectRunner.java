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
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.Answer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.TaskRegistry;
import dev.canswarm.task.Verification;
import java.time.Duration;
import java.util.List;
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
public final class EffectRunner {
  private final DecisionGate gate;
  private final SlotStore store;
  private final ArtifactStore artifacts;
  private final TaskRegistry tasks;
  private final Policy policy;
  private final TimeSource time;
  private final Scheduler taskScheduler;
  private final Scheduler timer;
  private final AtomicReference<@Nullable Long> epoch = new AtomicReference<>();

  /**
   * @param taskScheduler bounded; its threads may block
   * @param timer for waiting
   */
  public EffectRunner(
      DecisionGate gate,
      SlotStore store,
      ArtifactStore artifacts,
      TaskRegistry tasks,
      Policy policy,
      TimeSource time,
      Scheduler taskScheduler,
      Scheduler timer) {
    this.gate = gate;
    this.store = store;
    this.artifacts = artifacts;
    this.tasks = tasks;
    this.policy = policy;
    this.time = time;
    this.taskScheduler = taskScheduler;
    this.timer = timer;
  }

  /**
   * The answer to an effect. Failures of the task are answers; an outage is an error {@link
   * RetryableException}.
   */
  public Mono<Answer> perform(Effect effect, String needId) {
    if (effect instanceof Effect.AskGate ask) {
      return currentEpoch().flatMap(own -> askGate(ask, needId, own));
    }
    if (effect instanceof Effect.OutwaitGate outwait) {
      return Mono.delay(Duration.ofMillis(outwait.waitMillis()), timer)
          .then(currentEpoch())
          .map(own -> new Answer.GateOutwaited(outwait.asked(), own));
    }
    if (effect instanceof Effect.RunTask run) {
      return run(run);
    }
    return verify((Effect.VerifyWork) effect);
  }

  private Mono<Long> currentEpoch() {
    Long known = epoch.get();
    return known != null ? Mono.just(known) : nextEpoch();
  }

  private Mono<Long> nextEpoch() {
    return store.nextEpoch().doOnNext(epoch::set);
  }

  /** The gate saves races; the slot decides. So a gate that is away is passed by. */
  private Mono<Answer> askGate(Effect.AskGate ask, String needId, long own) {
    DecisionRecord candidate =
        new DecisionRecord(
            needId,
            ask.proposalId(),
            own,
            ask.lamport(),
            ask.kPlan(),
            ask.agent().key().base64(),
            time.epochNanos());
    return gate.propose(candidate)
        .onErrorResume(broken -> Mono.just(new GateAnswer.Admitted(candidate)))
        .flatMap(
            answer -> {
              if (answer instanceof GateAnswer.Admitted admitted) {
                DecisionRecord stored = admitted.stored();
                return Mono.just(new Answer.GateOpen(ask, stored.proposalId(), stored.epoch()));
              }
              if (answer instanceof GateAnswer.Refused refused) {
                DecisionRecord stored = refused.stored();
                return Mono.just(new Answer.GateHeld(ask, stored.proposalId(), stored.epoch()));
              }
              // Fenced off: this decider slept through others. It is awake now and takes part anew.
              return nextEpoch().flatMap(fresh -> askGate(ask, needId, fresh));
            });
  }

  private Mono<Answer> run(Effect.RunTask run) {
    return input(run.spec(), run.inputs())
        .flatMap(
            input -> call(run.spec(), policy.leaseMillis(), handler -> bounded(handler, input)))
        .flatMap(artifacts::put)
        .<Answer>map(address -> new Answer.TaskDone(run, address))
        .onErrorResume(
            EffectRunner::isTerminal,
            error -> Mono.just(new Answer.TaskFailed(run, String.valueOf(error.getMessage()))));
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

  /** A result that nobody could fetch later is not worth a vote; its bytes are derived again. */
  private Mono<Answer> verify(Effect.VerifyWork work) {
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
                    handler -> judge(handler, both.getT2(), both.getT1(), work)))
        .onErrorResume(
            EffectRunner::isTerminal,
            error -> Mono.just(new Answer.CannotVerify(work, String.valueOf(error.getMessage()))));
  }

  private Answer judge(
      TaskHandler handler, TaskInput input, byte[] artifact, Effect.VerifyWork work)
      throws TaskException, InterruptedException {
    if (artifact.length > policy.artifactBytesMax()) {
      JsonObject evidence =
          JsonObject.builder()
              .put("bytes", artifact.length)
              .put("bytes_max", policy.artifactBytesMax())
              .build();
      return new Answer.Verified(work, false, evidence);
    }
    if (handler.verification() == Verification.CHECK) {
      return new Answer.Verified(work, handler.check(input, artifact), null);
    }
    String derived = Sha256.hex(handler.run(input));
    return derived.equals(work.artifact())
        ? new Answer.Verified(work, true, null)
        : new Answer.Verified(work, false, JsonObject.builder().put("derived", derived).build());
  }

  /** Something that task code does. */
  @FunctionalInterface
  private interface TaskCall<T> {
    T on(TaskHandler handler) throws TaskException, InterruptedException;
  }

  private <T> Mono<T> call(PlanTask spec, long timeoutMillis, TaskCall<T> call) {
    TaskHandler handler = tasks.handler(spec.taskType()).orElse(null);
    if (handler == null) {
      return Mono.error(new TaskException("no handler for task type " + spec.taskType()));
    }
    return Mono.fromCallable(() -> ended(spec, handler, call))
        .subscribeOn(taskScheduler)
        .timeout(Duration.ofMillis(timeoutMillis), timer)
        .flatMap(end -> end);
  }

  /** A failure as a value: nobody is left to hear an error that comes after the time-out. */
  private static <T> Mono<T> ended(PlanTask spec, TaskHandler handler, TaskCall<T> call) {
    try {
      return Mono.just(call.on(handler));
    } catch (TaskException e) {
      return Mono.error(e);
    } catch (Exception | AssertionError | LinkageError | StackOverflowError e) {
      // What task code does wrong, or an incomplete plug-in, is no reason to stop.
      return Mono.error(new TaskException(spec.taskType() + " failed: " + e, e));
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
