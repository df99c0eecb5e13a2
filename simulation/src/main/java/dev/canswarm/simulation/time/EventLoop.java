package dev.canswarm.simulation.time;

import java.util.PriorityQueue;
import reactor.core.Disposable;

/**
 * Runs events in the order of virtual time; the seed orders events of the same time. An event runs
 * to its end before the next one begins. Not thread-safe: a run is one thread.
 */
public final class EventLoop {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A scheduled task; sorts by time, then by tie, then by number. */
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
  private final SeededRandom ties;
  private long nowNanos;
  private long added;
  private long ran;

  /**
   * @param ties orders events of the same time
   */
  public EventLoop(SeededRandom ties) {
    this.ties = ties;
  }

  /** Returns the virtual nanoseconds since the run began. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Returns the virtual milliseconds since the run began. */
  public long nowMillis() {
    return nowNanos / NANOS_PER_MILLI;
  }

  /** Returns the number of events run so far. */
  public long ran() {
    return ran;
  }

  /** Schedules a task now, after the current event. */
  public Disposable now(Runnable task) {
    return afterNanos(0, task);
  }

  /** Schedules a task; a negative delay counts as 0. */
  public Disposable afterNanos(long nanos, Runnable task) {
    Event event = new Event(nowNanos + Math.max(0, nanos), ties.next(), added++, task);
    events.add(event);
    return event;
  }

  /** Schedules a task after virtual milliseconds. */
  public Disposable afterMillis(long millis, Runnable task) {
    return afterNanos(millis * NANOS_PER_MILLI, task);
  }

  /** Schedules a task at a virtual time, or now if it has passed. */
  public Disposable atMillis(long millis, Runnable task) {
    return afterNanos(millis * NANOS_PER_MILLI - nowNanos, task);
  }

  /** Runs the next event. Returns false if there is none. */
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
