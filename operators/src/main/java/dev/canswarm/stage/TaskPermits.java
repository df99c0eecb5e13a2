package dev.canswarm.stage;

import java.util.ArrayDeque;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * How many tasks may run at once: a semaphore that suspends instead of blocking. Thread-safe. Who
 * waits is a record in flight, so the waiting line is bounded by what is in flight.
 */
public final class TaskPermits {
  private final ArrayDeque<MonoSink<Boolean>> waiting = new ArrayDeque<>();
  private int free;

  /**
   * @param runningMax permits, at least 1
   */
  public TaskPermits(int runningMax) {
    if (runningMax < 1) {
      throw new IllegalArgumentException("expected at least 1 permit, got " + runningMax);
    }
    this.free = runningMax;
  }

  /** Completes when a permit is had; who is cancelled while waiting gets none. */
  public Mono<Boolean> acquire() {
    return Mono.create(
        sink -> {
          sink.onCancel(() -> giveUp(sink));
          boolean had;
          synchronized (waiting) {
            had = free > 0;
            if (had) {
              free--;
            } else {
              waiting.add(sink);
            }
          }
          if (had) {
            sink.success(true);
          }
        });
  }

  /** Gives a permit back. */
  public void release() {
    MonoSink<Boolean> next;
    synchronized (waiting) {
      next = waiting.poll();
      if (next == null) {
        free++;
      }
    }
    if (next != null) {
      next.success(true);
    }
  }

  /** Cancelled while waiting; or just when it got the permit, which then goes on to the next. */
  private void giveUp(MonoSink<Boolean> sink) {
    boolean waited;
    synchronized (waiting) {
      waited = waiting.remove(sink);
    }
    if (!waited) {
      release();
    }
  }
}
