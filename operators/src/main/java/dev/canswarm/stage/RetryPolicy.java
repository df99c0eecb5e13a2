package dev.canswarm.stage;

import dev.canswarm.envelope.RefusedException;
import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * How long to wait between tries while something outside is away. It never gives up: what cannot be
 * done now holds its partition back, and is neither dropped nor dead-lettered.
 *
 * @param firstMillis wait before the second try; it doubles from there
 * @param maxMillis longest wait
 * @param failures told of every failure, for the log
 */
public record RetryPolicy(
    long firstMillis, long maxMillis, Scheduler scheduler, Consumer<Throwable> failures) {

  /** Jitter is drawn from a shared generator: a simulation would not be the same twice. */
  private static final double NO_JITTER = 0;

  /** The same, which tells somebody else of every failure too. */
  RetryPolicy telling(Consumer<Throwable> other) {
    return new RetryPolicy(firstMillis, maxMillis, scheduler, failures.andThen(other));
  }

  /** The Reactor form; a refusal is final and not tried again. */
  public Retry spec() {
    return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(firstMillis))
        .maxBackoff(Duration.ofMillis(maxMillis))
        .jitter(NO_JITTER)
        .scheduler(scheduler)
        .filter(error -> !(error instanceof RefusedException))
        .doBeforeRetry(signal -> failures.accept(signal.failure()));
  }

  /** The same for outages alone: any other failure is one of content, and passed on at once. */
  public Retry outages() {
    return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(firstMillis))
        .maxBackoff(Duration.ofMillis(maxMillis))
        .jitter(NO_JITTER)
        .scheduler(scheduler)
        .filter(error -> error instanceof RetryableException)
        .doBeforeRetry(signal -> failures.accept(signal.failure()));
  }

  /**
   * For a failure that another try would only repeat: it is noted, and nothing else is disturbed.
   */
  Mono<Void> noteAndGoOn(Throwable failure) {
    return Mono.fromRunnable(() -> failures.accept(failure));
  }
}
