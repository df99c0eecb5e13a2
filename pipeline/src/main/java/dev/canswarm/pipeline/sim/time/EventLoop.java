package dev.canswarm.pipeline.sim.time;

import java.util.PriorityQueue;
import reactor.core.Disposable;

/**
 * What happens, in the order of virtual time; at one time in an order that the seed draws. An event
 * runs to its end before the next one begins. Not thread-safe: all of a run is one thread.
 */
public final class EventLoop {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Something to happen. */
  private static final class Event implements Comparable<Event>, Disposable {
    final long atNanos;
    final long tie;
    final long number;
    final Runnable task;
    boolean cancelled;

    Event(long atNanos, long tie, long number, Runnable task) {
      this.atNanos = atNanos;
      this.tie = tie;
      this.number = number;
      this.task = task;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      if (byTime != 0) {
        return byTime;
      }
      int byTie = Long.compare(tie, other.tie);
      return byTie != 0 ? byTie : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }

    @Override
    public void dispose() {
      cancelled = true;
    }

    @Override
    public boolean isDisposed() {
      return cancelled;
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Draw ties;
  private long nowNanos;
  private long added;
  private long ran;

  /**
   * @param ties draws the order of what happens at one time
   */
  public EventLoop(Draw ties) {
    this.ties = ties;
  }

  /** Virtual nanoseconds since the run began. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Virtual milliseconds since the run began. */
  public long nowMillis() {
    return nowNanos / NANOS_PER_MILLI;
  }

  /** Events that ran. */
  public long ran() {
    return ran;
  }

  /** Lets something happen now, after what runs at this moment. */
  public Disposable now(Runnable task) {
    return afterNanos(0, task);
  }

  /** Lets something happen later. */
  public Disposable afterNanos(long nanos, Runnable task) {
    Event event = new Event(nowNanos + Math.max(0, nanos), ties.next(), added++, task);
    events.add(event);
    return event;
  }

  /** Lets something happen later. */
  public Disposable afterMillis(long millis, Runnable task) {
    return afterNanos(millis * NANOS_PER_MILLI, task);
  }

  /** Lets something happen at a time. */
  public Disposable atMillis(long millis, Runnable task) {
    return afterNanos(millis * NANOS_PER_MILLI - nowNanos, task);
  }

  /** Runs the next event; whether there was one. */
  public boolean step() {
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (!event.cancelled) {
        nowNanos = event.atNanos;
        ran++;
        event.cancelled = true;
        event.task.run();
        return true;
      }
    }
    return false;
  }
}
