package dev.canswarm.stage;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.AttemptFailure.Kind;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.EpochStore;
import dev.canswarm.port.FailureStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.payload.ErrorText;
import dev.canswarm.stage.GateClient.GateQuestion;
import dev.canswarm.task.TaskRegistry;
import java.util.List;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Carries out the effects that roles ask for, through the ports, and stores the errors that end
 * attempts. Thread-safe.
 */
public final class EffectExecutor {
  private final GateClient gate;
  private final TaskExecution execution;
  private final TimeSource time;
  private final FailureStore failures;

  /**
   * @param newest the policy of the last head
   * @param taskScheduler bounded; its threads may block
   * @param timer for waiting
   * @param failures receives the errors that end attempts; an attempt waits for it, so it must
   *     answer soon
   */
  public EffectExecutor(
      DecisionGate gate,
      EpochStore epochs,
      ArtifactStore artifacts,
      TaskRegistry tasks,
      Supplier<Policy> newest,
      TimeSource time,
      Scheduler taskScheduler,
      Scheduler timer,
      FailureStore failures) {
    this.gate = new GateClient(gate, epochs, () -> newest.get().gateMillis(), time, timer);
    this.execution = new TaskExecution(artifacts, tasks, taskScheduler, timer);
    this.time = time;
    this.failures = failures;
  }

  /**
   * Returns the result of an effect. A failure of the task is a result; an outage is an error
   * {@link RetryableException}.
   *
   * @param policy that applies to the NEED, with the limits of its tasks
   * @param permit to run task code, used only by effects that run some. Its place is free for the
   *     next task before the artifact is stored, so that artifacts of many tasks are stored
   *     together
   */
  public Mono<EffectResult> perform(
      Effect effect, NeedId needId, Policy policy, Mono<TaskPermits.Permit> permit) {
    if (effect instanceof Effect.AskGate ask) {
      return askGate(List.of(new GateQuestion(needId, ask))).map(results -> results.get(0));
    }
    if (effect instanceof Effect.AwaitGate await) {
      return gate.awaitTimeout(await);
    }
    if (effect instanceof Effect.RunTask run) {
      return execution
          .run(run, policy, permit)
          .flatMap(result -> noted(needId, result))
          .onErrorResume(RetryableException.class, outage -> noted(needId, run, outage));
    }
    Effect.VerifyWork work = (Effect.VerifyWork) effect;
    return execution
        .verify(work, policy, permit)
        .flatMap(result -> noted(needId, result))
        .onErrorResume(RetryableException.class, outage -> noted(needId, work, outage));
  }

  /** The result, once the reason of a failed attempt is stored. */
  private Mono<EffectResult> noted(NeedId needId, EffectResult result) {
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

  private <T> Mono<T> noted(NeedId needId, Effect.RunTask run, RetryableException outage) {
    return keep(needId, run.taskId(), run.attempt(), run.agent(), Kind.RETRIED, words(outage))
        .then(Mono.error(outage));
  }

  private <T> Mono<T> noted(NeedId needId, Effect.VerifyWork work, RetryableException outage) {
    return keep(needId, work.taskId(), work.attempt(), work.agent(), Kind.RETRIED, words(outage))
        .then(Mono.error(outage));
  }

  private static String words(RetryableException outage) {
    return String.valueOf(outage.getMessage());
  }

  /** Stores a failure for people to read; an outage of that store does not affect the attempt. */
  private Mono<Void> keep(
      NeedId needId, TaskId taskId, int attempt, Agent agent, Kind kind, String error) {
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

  /** Returns the answers of the gate to questions of several NEEDs; see {@link GateClient#ask}. */
  Mono<List<EffectResult>> askGate(List<GateQuestion> questions) {
    return gate.ask(questions);
  }
}
