package dev.canswarm.stage;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Runs what concerns one NEED one after the other, in the order of subscription, and different
 * NEEDs side by side. Thread-safe and non-blocking. What waits is bounded by its callers: each
 * waits for its own result, and there are at most as many as records in flight, running tasks and
 * timers due.
 */
public final class NeedLanes {
  /** By NEED: who waits behind the one that runs. A NEED without an entry is idle. */
  private final Map<String, ArrayDeque<MonoSink<Boolean>>> lanes = new HashMap<>();

  /**
   * Runs a job when all earlier ones of that NEED have ended.
   *
   * @param job subscribed to when its turn comes; the next one follows when it ends in any way
   */
  public <T> Mono<T> run(String needId, Supplier<Mono<T>> job) {
    return Mono.usingWhen(
        enter(needId),
        entered -> job.get(),
        entered -> leave(needId),
        (entered, error) -> leave(needId),
        entered -> leave(needId));
  }

  private Mono<Boolean> enter(String needId) {
    return Mono.create(
        sink -> {
          // Called only if the turn was never taken: a job that began leaves by itself.
          sink.onCancel(() -> giveUp(needId, sink));
          boolean first;
          synchronized (lanes) {
            ArrayDeque<MonoSink<Boolean>> queue = lanes.get(needId);
            first = queue == null;
            if (queue == null) {
              lanes.put(needId, new ArrayDeque<>());
            } else {
              queue.add(sink);
            }
          }
          if (first) {
            sink.success(true);
          }
        });
  }

  /** Cancelled while waiting; or just when its turn came, and then the turn goes on to the next. */
  private void giveUp(String needId, MonoSink<Boolean> sink) {
    boolean waited;
    synchronized (lanes) {
      ArrayDeque<MonoSink<Boolean>> queue = lanes.get(needId);
      waited = queue != null && queue.remove(sink);
    }
    if (!waited) {
      next(needId);
    }
  }

  private Mono<Void> leave(String needId) {
    return Mono.fromRunnable(() -> next(needId));
  }

  private void next(String needId) {
    MonoSink<Boolean> next;
    synchronized (lanes) {
      ArrayDeque<MonoSink<Boolean>> queue = lanes.get(needId);
      next = queue == null ? null : queue.poll();
      if (next == null) {
        lanes.remove(needId);
      }
    }
    if (next != null) {
      next.success(true);
    }
  }
}
