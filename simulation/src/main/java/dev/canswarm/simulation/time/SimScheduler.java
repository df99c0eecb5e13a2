package dev.canswarm.simulation.time;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * A Reactor scheduler of one process on the event loop. Tasks run while its {@link Incarnation}
 * lasts: later while the process is paused, never after it has crashed. Not thread-safe.
 */
public final class SimScheduler implements Scheduler {
  private final EventLoop loop;
  private final Incarnation incarnation;
  private final LongSupplier delayNanos;

  /** A scheduler that runs due tasks without delay. */
  public SimScheduler(EventLoop loop, Incarnation incarnation) {
    this(loop, incarnation, () -> 0);
  }

  /**
   * @param delayNanos how long a due task waits for a free thread
   */
  public SimScheduler(EventLoop loop, Incarnation incarnation, LongSupplier delayNanos) {
    this.loop = loop;
    this.incarnation = incarnation;
    this.delayNanos = delayNanos;
  }

  @Override
  public Disposable schedule(Runnable task) {
    return loop.afterNanos(delayNanos.getAsLong(), () -> incarnation.run(task));
  }

  @Override
  public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
    return loop.afterNanos(unit.toNanos(delay), () -> incarnation.run(task));
  }

  @Override
  public Disposable schedulePeriodically(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    Periodic periodic = new Periodic(task, unit.toNanos(period));
    periodic.after(unit.toNanos(initialDelay));
    return periodic;
  }

  @Override
  public long now(TimeUnit unit) {
    return unit.convert(loop.nowNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public Worker createWorker() {
    return new InOrder();
  }

  @Override
  public void dispose() {
    // The incarnation ends its tasks.
  }

  /** A task that is scheduled again after each run until it is disposed. */
  private final class Periodic implements Disposable {
    private final Runnable task;
    private final long periodNanos;
    private boolean cancelled;
    private @Nullable Disposable next;

    Periodic(Runnable task, long periodNanos) {
      this.task = task;
      this.periodNanos = periodNanos;
    }

    void after(long nanos) {
      next = loop.afterNanos(nanos, () -> incarnation.run(this::tick));
    }

    private void tick() {
      if (!cancelled) {
        after(periodNanos);
        task.run();
      }
    }

    @Override
    public void dispose() {
      cancelled = true;
      if (next != null) {
        next.dispose();
      }
    }

    @Override
    public boolean isDisposed() {
      return cancelled;
    }
  }

  /** Runs due tasks in the order of submission, as Reactor requires of a worker. */
  private final class InOrder implements Worker {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final List<Disposable> repeated = new ArrayList<>();
    private boolean scheduled;
    private boolean cancelled;

    @Override
    public Disposable schedule(Runnable task) {
      boolean[] dropped = new boolean[1];
      waiting.add(
          () -> {
            if (!dropped[0]) {
              task.run();
            }
          });
      next();
      return () -> dropped[0] = true;
    }

    private void next() {
      if (!scheduled && !waiting.isEmpty()) {
        scheduled = true;
        loop.afterNanos(delayNanos.getAsLong(), () -> incarnation.run(this::runOne));
      }
    }

    private void runOne() {
      scheduled = false;
      Runnable task = waiting.poll();
      next();
      if (task != null && !cancelled) {
        task.run();
      }
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return loop.afterNanos(
          unit.toNanos(delay), () -> incarnation.run(() -> unlessCancelled(task)));
    }

    @Override
    public Disposable schedulePeriodically(
        Runnable task, long initialDelay, long period, TimeUnit unit) {
      Disposable periodic =
          SimScheduler.this.schedulePeriodically(task, initialDelay, period, unit);
      repeated.add(periodic);
      return periodic;
    }

    private void unlessCancelled(Runnable task) {
      if (!cancelled) {
        task.run();
      }
    }

    @Override
    public void dispose() {
      cancelled = true;
      waiting.clear();
      repeated.forEach(Disposable::dispose);
      repeated.clear();
    }

    @Override
    public boolean isDisposed() {
      return cancelled;
    }
  }
}
