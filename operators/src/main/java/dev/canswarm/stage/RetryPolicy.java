package dev.canswarm.stage;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The delays between attempts during an outage of a server. It never gives up: a record that cannot
 * be processed now holds its partition back, and is neither dropped nor dead-lettered.
 *
 * @param firstMillis wait before the second attempt; later waits double
 * @param maxMillis longest wait
 * @param failures receives every failure, for the log
 */
public record RetryPolicy(
    long firstMillis, long maxMillis, Scheduler scheduler, FailureLog failures) {

  /** No jitter: Reactor draws it from a shared generator, so a simulation could not be repeated. */
  private static final double NO_JITTER = 0;

  /** Returns the same policy, which also reports every failure to a listener. */
  RetryPolicy telling(Consumer<Throwable> other) {
    return new RetryPolicy(
        firstMillis,
        maxMillis,
        scheduler,
        (failure, about) -> {
          failures.failed(failure, about);
          other.accept(failure);
        });
  }

  /** The same for what is done for one NEED, which the log names. */
  RetryPolicy about(NeedId needId, ThreadId threadId) {
    FailureLog.About about = new FailureLog.About(needId, threadId);
    return new RetryPolicy(
        firstMillis, maxMillis, scheduler, (failure, any) -> failures.failed(failure, about));
  }

  /** Returns the policy as a Reactor {@link Retry}; a refusal is final and not retried. */
  public Retry spec() {
    return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(firstMillis))
        .maxBackoff(Duration.ofMillis(maxMillis))
        .jitter(NO_JITTER)
        .scheduler(scheduler)
        .filter(error -> !(error instanceof RefusedException))
        .doBeforeRetry(signal -> note(signal.failure()));
  }

  /**
   * Returns the policy for outages only: any other failure concerns content and is passed on at
   * once.
   */
  public Retry outages() {
    return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(firstMillis))
        .maxBackoff(Duration.ofMillis(maxMillis))
        .jitter(NO_JITTER)
        .scheduler(scheduler)
        .filter(error -> error instanceof RetryableException)
        .doBeforeRetry(signal -> note(signal.failure()));
  }

  /** Logs a failure that a retry would only repeat, and completes without an error. */
  Mono<Void> noteAndGoOn(Throwable failure) {
    return Mono.fromRunnable(() -> note(failure));
  }

  /** Logs a failure. */
  void note(Throwable failure) {
    failures.failed(failure, null);
  }
}
