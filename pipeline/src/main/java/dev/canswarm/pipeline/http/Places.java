package dev.canswarm.pipeline.http;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Bounds how many responses of a kind are in memory at one time. A response holds its place from
 * before it is made until it was sent or could not be. Thread-safe.
 */
final class Places {
  private final int placesMax;
  private final String whenFull;
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * @param placesMax most responses at one time
   * @param whenFull why a further request is refused, for the client
   */
  Places(int placesMax, String whenFull) {
    this.placesMax = placesMax;
    this.whenFull = whenFull;
  }

  /**
   * Returns what {@code work} returns, or 503 if all places are taken. The work is begun by the
   * subscription.
   */
  Mono<Response> hold(Supplier<Mono<Response>> work) {
    return Mono.defer(
        () -> {
          if (taken.incrementAndGet() > placesMax) {
            taken.decrementAndGet();
            return Mono.just(Problem.busy(whenFull));
          }
          Runnable leave = leave();
          return Mono.defer(work)
              .map(response -> response.whenSent(leave))
              .switchIfEmpty(Mono.fromRunnable(leave))
              .doOnError(failure -> leave.run())
              .doOnCancel(leave);
        });
  }

  /** Returns what gives a place back once; both the end of a response and a cancel may run it. */
  private Runnable leave() {
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        taken.decrementAndGet();
      }
    };
  }
}
