package dev.canswarm.stage;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskErrors;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.TaskRegistry;
import dev.canswarm.task.Verification;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;

/**
 * Runs task code on its own bounded scheduler, where it may block, and interrupts it when its time
 * is up. Thread-safe.
 */
final class TaskExecution {
  private final ArtifactStore artifacts;
  private final TaskRegistry tasks;
  private final Scheduler taskScheduler;
  private final Scheduler timer;

  /**
   * @param taskScheduler bounded; its threads may block
   * @param timer for waiting
   */
  TaskExecution(
      ArtifactStore artifacts, TaskRegistry tasks, Scheduler taskScheduler, Scheduler timer) {
    this.artifacts = artifacts;
    this.tasks = tasks;
    this.taskScheduler = taskScheduler;
    this.timer = timer;
  }

  /**
   * Runs a task and stores its artifact. A failure of the task is a result; an outage is an error
   * {@link RetryableException}.
   *
   * @param policy that the NEED's DECIDE pins
   * @param permit taken before the task runs; its place is left to the next one before the artifact
   *     is stored
   */
  Mono<EffectResult> run(Effect.RunTask run, Policy policy, Mono<TaskPermits.Permit> permit) {
    Mono<byte[]> made =
        input(run.spec(), run.inputs())
            .flatMap(
                input ->
                    call(
                        run.spec(),
                        policy.leaseMillis(),
                        "lease_ms",
                        handler -> bounded(handler, input, policy)));
    return Mono.usingWhen(permit, had -> timed(stored(made, had), had), TaskExecution::givenBack)
        .<EffectResult>map(address -> new EffectResult.TaskDone(run, address))
        .onErrorResume(
            TaskExecution::isTerminal,
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
              signal -> {
                // The time of a cancelled run says nothing about its type.
                if (signal != SignalType.CANCEL) {
                  permit.ran(timer.now(TimeUnit.MILLISECONDS) - begunMillis);
                }
              });
        });
  }

  /** Releases the permit before the result is processed, which may need a permit itself. */
  private static Mono<Void> givenBack(TaskPermits.Permit permit) {
    return Mono.fromRunnable(permit::release);
  }

  /**
   * Runs the task; fails if the result is larger than the policy allows: verifiers would reject it.
   */
  private static byte[] bounded(TaskHandler handler, TaskInput input, Policy policy)
      throws TaskException, InterruptedException {
    byte[] artifact = handler.run(input);
    if (artifact.length > policy.artifactBytesMax()) {
      throw new TaskException(
          "%s made an artifact of %d bytes, the policy allows %d"
              .formatted(handler.type(), artifact.length, policy.artifactBytesMax()));
    }
    return artifact;
  }

  /**
   * Judges a committed artifact: derives it again, or has the task type check it. An artifact that
   * cannot be judged is a result, too; an outage is an error {@link RetryableException}.
   *
   * @param policy that the NEED's DECIDE pins
   * @param permit taken before task code runs
   */
  Mono<EffectResult> verify(
      Effect.VerifyWork work, Policy policy, Mono<TaskPermits.Permit> permit) {
    return Mono.usingWhen(permit, had -> verified(work, policy), TaskExecution::givenBack);
  }

  /** Fetches the artifact before deriving it again: a result that nobody can fetch gets no vote. */
  private Mono<EffectResult> verified(Effect.VerifyWork work, Policy policy) {
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
                    handler -> judge(handler, both.getT2(), both.getT1(), work, policy)))
        .onErrorResume(
            TaskExecution::isTerminal,
            error ->
                Mono.just(new EffectResult.CannotVerify(work, String.valueOf(error.getMessage()))));
  }

  private static EffectResult judge(
      TaskHandler handler, TaskInput input, byte[] artifact, Effect.VerifyWork work, Policy policy)
      throws TaskException, InterruptedException {
    if (artifact.length > policy.artifactBytesMax()) {
      JsonObject evidence =
          JsonObject.builder()
              .put("bytes", artifact.length)
              .put("bytes_max", policy.artifactBytesMax())
              .build();
      return new EffectResult.Verified(
          work,
          false,
          evidence,
          "expected an artifact of at most %d bytes, which the policy allows, got %d"
              .formatted(policy.artifactBytesMax(), artifact.length));
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
            work,
            false,
            JsonObject.builder().put("derived", derived).build(),
            "expected the artifact %s, which %s gives again, got %s"
                .formatted(derived, handler.type(), work.artifact()));
  }

  /** A call of task code. */
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
    Running running = new Running();
    return Mono.fromCallable(() -> ended(spec, handler, call, running))
        .subscribeOn(taskScheduler)
        .onErrorMap(
            RejectedExecutionException.class,
            full -> new RetryableException("find a thread for " + spec.taskType(), full))
        .timeout(
            // Note where the task code is before it is interrupted.
            Mono.delay(Duration.ofMillis(timeoutMillis), timer).doOnNext(over -> running.look()),
            Mono.just(
                Mono.error(
                    () ->
                        new TaskException(
                            "%s took longer than %d ms, %s of the policy, and was interrupted%s"
                                .formatted(spec.taskType(), timeoutMillis, limit, running.place)))))
        .flatMap(end -> end);
  }

  /** Where task code runs. */
  private static final class Running {
    private volatile @Nullable Thread thread;

    /** With the words before it; empty while it is not known. */
    private volatile String place = "";

    void look() {
      Thread now = thread;
      if (now != null) {
        TaskErrors.place(now).ifPresent(frame -> place = " at " + frame);
      }
    }
  }

  /** A failure is returned as a value: after the timeout Reactor would drop the error. */
  private static <T> Mono<T> ended(
      PlanTask spec, TaskHandler handler, TaskCall<T> call, Running running) {
    running.thread = Thread.currentThread();
    try {
      return Mono.just(call.on(handler));
    } catch (RetryableException notNow) {
      // Of this program's own types alone; plug-ins are wrapped so that they throw none.
      return Mono.error(notNow);
    } catch (Throwable e) {
      // Any Throwable of task code ends only this attempt. Passed on, it would be taken for an
      // outage, and the task would be retried without end.
      return Mono.error(new TaskException(TaskErrors.describe(spec.taskType(), e), e));
    } finally {
      running.thread = null;
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
