package dev.canswarm.pipeline.tasks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads on which task code runs. Code whose time is up is interrupted; if it goes on all the
 * same, it is hung: its thread is left to it, and others take its place, up to a bound beyond which
 * tasks wait. Every run has a thread to itself, so none waits behind a hung one, as it may in
 * Reactor's own pools. Thread-safe.
 */
public final class TaskThreads implements AutoCloseable {
  private static final long IDLE_SECONDS_MAX = 60;

  private final Pool pool;
  private final Scheduler scheduler;
  private final int hungMax;
  private final Consumer<String> reports;

  /**
   * Threads that were interrupted at the last {@link #check}, and the number of times that this was
   * seen.
   */
  private final Map<Thread, Integer> looksOfInterrupted = new HashMap<>();

  /**
   * @param runningMax runs at once, besides hung ones
   * @param hungMax hung threads that are replaced
   * @param reports receives one line for every thread that hangs
   */
  public TaskThreads(int runningMax, int hungMax, Consumer<String> reports) {
    this.pool = new Pool(runningMax, runningMax + hungMax);
    // To make a thread takes a lock, and who hands in work must not block.
    pool.prestartAllCoreThreads();
    this.scheduler = Schedulers.fromExecutorService(pool, "tasks");
    this.hungMax = hungMax;
    this.reports = reports;
  }

  /** Returns the scheduler of task code. With all threads hung it refuses work. */
  public Scheduler scheduler() {
    return scheduler;
  }

  /** Returns the threads whose code was interrupted and has not ended. */
  public List<Thread> hung() {
    return pool.interrupted();
  }

  /** Returns the most hung threads that are replaced; with more, tasks wait. */
  public int hungMax() {
    return hungMax;
  }

  /**
   * Reports threads that have been interrupted since before the last call and still run; call it
   * about once a second. Each is reported once.
   */
  public synchronized void check() {
    List<Thread> interrupted = pool.interrupted();
    looksOfInterrupted.keySet().retainAll(interrupted);
    for (Thread thread : interrupted) {
      if (looksOfInterrupted.merge(thread, 1, Integer::sum) == 2) {
        reports.accept(
            ("task code goes on after it was interrupted, and keeps thread %s: %s;"
                    + " %d of %d hung threads that are replaced%s")
                .formatted(
                    thread.getName(),
                    place(thread),
                    interrupted.size(),
                    hungMax,
                    interrupted.size() < hungMax ? "" : ": tasks wait, restart the process"));
      }
    }
  }

  private static String place(Thread thread) {
    StackTraceElement[] frames = thread.getStackTrace();
    for (StackTraceElement frame : frames) {
      // The JDK's own frames say what it waits for, not who waits.
      if (!frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("jdk.")) {
        return "at " + frame;
      }
    }
    return frames.length == 0 ? "it has just ended" : "at " + frames[0];
  }

  /** Interrupts what runs. Hung code is not waited for: its threads are daemons. */
  @Override
  public void close() {
    scheduler.dispose();
    pool.shutdownNow();
  }

  private static final class Pool extends ThreadPoolExecutor {
    private final Map<Thread, Runnable> running = new ConcurrentHashMap<>();

    Pool(int threadsKept, int threadsMax) {
      super(
          threadsKept,
          threadsMax,
          IDLE_SECONDS_MAX,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          threads());
    }

    private static ThreadFactory threads() {
      AtomicInteger made = new AtomicInteger();
      return work -> {
        Thread thread = new Thread(work, "tasks-" + made.incrementAndGet());
        thread.setDaemon(true);
        return thread;
      };
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable work) {
      running.put(thread, work);
    }

    @Override
    protected void afterExecute(Runnable work, Throwable failure) {
      running.remove(Thread.currentThread());
    }

    List<Thread> interrupted() {
      List<Thread> threads = new ArrayList<>();
      running.forEach(
          (thread, work) -> {
            if (work instanceof Future<?> future && future.isCancelled()) {
              threads.add(thread);
            }
          });
      return threads;
    }
  }
}
