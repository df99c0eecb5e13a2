package dev.canswarm.pipeline.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/**
 * Times the calls of one operation of a server, with one timer for calls that succeed and one for
 * calls that fail, and notes whether the last call failed. Thread-safe.
 */
final class CallTimer {
  private final Timer ok;
  private final Timer failed;
  private final LongSupplier nanos;
  private final AtomicBoolean away;

  /**
   * @param nanos a clock that never goes back
   * @param away set by every call that fails, and cleared by every call that succeeds
   */
  CallTimer(
      MeterRegistry registry,
      String name,
      String description,
      String operation,
      LongSupplier nanos,
      AtomicBoolean away) {
    this.ok = timer(registry, name, description, operation, MeterNames.OK);
    this.failed = timer(registry, name, description, operation, MeterNames.FAILED);
    this.nanos = nanos;
    this.away = away;
  }

  private static Timer timer(
      MeterRegistry registry, String name, String description, String operation, String outcome) {
    return Timer.builder(name)
        .description(description)
        .tag(MeterNames.OPERATION, operation)
        .tag(MeterNames.OUTCOME, outcome)
        .register(registry);
  }

  /** The call, timed for each subscription. */
  <T> Mono<T> timed(Mono<T> call) {
    return Mono.defer(
        () -> {
          long begun = nanos.getAsLong();
          return call.doOnSuccess(answer -> ended(ok, begun, false))
              .doOnError(failure -> ended(failed, begun, true));
        });
  }

  private void ended(Timer timer, long begun, boolean isAway) {
    timer.record(nanos.getAsLong() - begun, TimeUnit.NANOSECONDS);
    if (away.get() != isAway) {
      away.set(isAway);
    }
  }
}
