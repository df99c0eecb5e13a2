package dev.canswarm.stage;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Runs what concerns one NEED one after the other, in the order of subscription, and different
 * NEEDs side by side. Thread-safe and non-blocking. What waits is bounded by its callers: each
 * waits for its own result, and there are at most as many as records in flight, running tasks and
 * timers due.
 */
public final class NeedLanes {
  private final Map<String, ArrayDeque<Runnable>> waiting = new HashMap<>();

  /**
   * Runs a job when all earlier ones of that NEED have ended.
   *
   * @param job subscribed to when its turn comes; the next one follows when it ends in any way
   */
  public <T> Mono<T> run(String needId, Supplier<Mono<T>> job) {
    return Mono.defer(
        () ->
            Mono.usingWhen(
                enter(needId),
                entered -> job.get(),
                entered -> leave(needId),
                (entered, error) -> leave(needId),
                entered -> leave(needId)));
  }

  private Mono<Boolean> enter(String needId) {
    return Mono.create(
        sink -> {
          boolean first;
          synchronized (waiting) {
            ArrayDeque<Runnable> queue = waiting.get(needId);
            first = queue == null;
            if (queue == null) {
              waiting.put(needId, new ArrayDeque<>());
            } else {
              queue.add(() -> sink.success(true));
            }
          }
          if (first) {
            sink.success(true);
          }
        });
  }

  private Mono<Void> leave(String needId) {
    return Mono.fromRunnable(
        () -> {
          Runnable next;
          synchronized (waiting) {
            ArrayDeque<Runnable> queue = waiting.get(needId);
            next = queue == null ? null : queue.poll();
            if (next == null) {
              waiting.remove(needId);
            }
          }
          if (next != null) {
            next.run();
          }
        });
  }
}
